import { open } from 'node:fs/promises'
import { LoopworkError } from '../errors.ts'
import type { StreamId } from '../events/event.ts'
import type { EventLog } from '../ports/event-log.ts'
import type { SessionFiles } from '../ports/session-files.ts'
import type { Piece, Shown } from './shapes.ts'

/** The files of an attempt that may be looked into. */
const shown = ['prompt', 'output', 'stderr', 'verifyOutput'] as const satisfies readonly Shown[]

const mostBytes = 262_144

/**
 * A piece of what an attempt was told or has printed: from `offset`, or the end of it. Which file that is comes
 * from the log alone, never from the request, so nothing else can be read.
 */
export async function pieceOf(
  { log, files }: { readonly log: Pick<EventLog, 'readStream'>; readonly files: SessionFiles | null },
  stream: string,
  attempt: number,
  { which, offset }: { readonly which: string; readonly offset: number | null },
): Promise<Piece> {
  const name = shown.find((one) => one === which)
  if (!name) throw new LoopworkError('invalid', `there is no such file: ${which}`, { hint: shown.join(', ') })
  if (!files) throw new LoopworkError('not_found', 'a recording holds events, and no outputs')
  for await (const { event } of log.readStream(stream as StreamId)) {
    if (event.type !== 'task.claimed' || event.data.attempt !== attempt) continue
    return readPiece(files.of(event.data.files, event.data.iteration, true)[name], offset)
  }
  throw new LoopworkError('not_found', `the log knows no attempt ${attempt} of ${stream}`)
}

async function readPiece(path: string, from: number | null): Promise<Piece> {
  const file = await open(path, 'r').catch(() => null) // nothing was printed, or retention has taken it
  if (!file) return { size: 0, offset: 0, text: '' }
  try {
    const { size } = await file.stat()
    const offset = Math.min(size, from ?? Math.max(0, size - mostBytes))
    const length = Math.min(mostBytes, size - offset)
    const { buffer } = await file.read(Buffer.alloc(length), 0, length, offset)
    return { size, offset, text: new TextDecoder().decode(buffer) }
  } finally {
    await file.close()
  }
}
