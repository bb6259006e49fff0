import { type FileHandle, open } from 'node:fs/promises'
import { LoopworkError } from '../errors.ts'
import type { StreamId } from '../events/event.ts'
import type { EventLog } from '../ports/event-log.ts'
import type { SessionFiles } from '../ports/session-files.ts'
import { findIn } from './search.ts'
import type { Found, Piece, Shown } from './shapes.ts'

/** The files of an attempt that may be looked into. */
const shown = ['prompt', 'output', 'stderr', 'verifyOutput', 'changes'] as const satisfies readonly Shown[]

const mostBytes = 262_144

type Sources = { readonly log: Pick<EventLog, 'readStream'>; readonly files: SessionFiles | null }

/** Which file of which attempt is meant. */
export type Meant = { readonly stream: string; readonly attempt: number; readonly which: string }

/** Which part of it: what begins at `from`, what ends at `before`, or the end of all. In bytes. */
export type Part = { readonly from: number | null; readonly before: number | null }

/** A piece of what an attempt was told, has printed or has changed; of whole lines where that can be. */
export async function pieceOf(sources: Sources, meant: Meant, part: Part): Promise<Piece> {
  return within(await pathOf(sources, meant), { size: 0, offset: 0, end: 0, text: '' }, async (file) => {
    const { size } = await file.stat()
    const end =
      part.from === null ? Math.min(size, part.before ?? size) : Math.min(size, part.from + mostBytes)
    const begin = part.from === null ? Math.max(0, end - mostBytes) : Math.min(part.from, end)
    const { buffer } = await file.read(Buffer.alloc(end - begin), 0, end - begin, begin)
    const skipped = part.from === null && begin > 0 ? lineBegin(buffer) : 0
    const kept = part.from !== null && end < size ? lastLineEnd(buffer, skipped) : buffer.length
    const text = new TextDecoder().decode(buffer.subarray(skipped, kept))
    return { size, offset: begin + skipped, end: begin + kept, text }
  })
}

/** The lines of the whole file in which something stands, up to a bound. */
export async function linesWith(sources: Sources, meant: Meant, wanted: string): Promise<Found> {
  if (wanted === '' || wanted.length > 200) {
    throw new LoopworkError('invalid', 'what is searched for must have 1 to 200 characters')
  }
  return within(await pathOf(sources, meant), { lines: [], isCut: false }, (file) => findIn(file, wanted))
}

/** Which file that is comes from the log alone, never from the request, so nothing else can be read. */
async function pathOf({ log, files }: Sources, { stream, attempt, which }: Meant): Promise<string> {
  const name = shown.find((one) => one === which)
  if (!name) throw new LoopworkError('invalid', `there is no such file: ${which}`, { hint: shown.join(', ') })
  if (!files) throw new LoopworkError('not_found', 'a recording holds events, and no outputs')
  for await (const { event } of log.readStream(stream as StreamId)) {
    if (event.type !== 'task.claimed' || event.data.attempt !== attempt) continue
    return files.of(event.data.files, event.data.iteration, true)[name]
  }
  throw new LoopworkError('not_found', `the log knows no attempt ${attempt} of ${stream}`)
}

async function within<T>(path: string, nothing: T, use: (file: FileHandle) => Promise<T>): Promise<T> {
  const file = await open(path, 'r').catch(() => null) // nothing was printed, or retention has taken it
  if (!file) return nothing
  try {
    return await use(file)
  } finally {
    await file.close()
  }
}

/** Where the first whole line begins; of a line longer than a piece, where the first whole character does. */
function lineBegin(buffer: Buffer): number {
  const line = buffer.indexOf(10)
  if (line >= 0 && line < buffer.length - 1) return line + 1
  return Math.max(
    0,
    buffer.findIndex((byte) => (byte & 0xc0) !== 0x80),
  )
}

/** Where the last whole line ends; of a line longer than a piece, where the last whole character does. */
function lastLineEnd(buffer: Buffer, from: number): number {
  const line = buffer.lastIndexOf(10)
  if (line >= from) return line + 1
  let end = buffer.length
  while (end > from && ((buffer[end - 1] as number) & 0xc0) === 0x80) end -= 1
  return end - 1 > from && ((buffer[end - 1] as number) & 0xc0) === 0xc0 ? end - 1 : buffer.length
}
