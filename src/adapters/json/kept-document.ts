import { realpathSync, statSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { isFailure, LoopworkError } from '../../errors.ts'
import type { Clock } from '../../ports/clock.ts'
import { replaceFile } from './atomic-write.ts'
import { type Document, parseDocument } from './document.ts'
import { diskFailure, isMissing } from './failures.ts'
import type { Source } from './source.ts'
import { type FileStamp, stampOf } from './stamp.ts'

/** One state of the file: its bytes, and what they mean. */
export type Kept = {
  readonly document: Document
  readonly revision: string
  readonly bytes: Buffer
  readonly mark: string
  readonly stamp: FileStamp
  /** Read so shortly after a change that another one could have left the same stamp. */
  readonly isFresh: boolean
}

/** The file on disk, parsed once for each of its states. */
export type KeptDocument = {
  /** Costs one `stat` while the file is unchanged. */
  current(): Promise<Kept>
  /** The same; where the file cannot be understood or is gone, the last state of it that could. */
  lastGood(): Promise<Kept>
  /** Writes what was made of `from`; only under the lock, and only of what `current` gave there. */
  replace(from: Kept, document: Document): Promise<void>
}

/** Two writes within this time may leave the same stamp, as file systems count time in ticks; milliseconds. */
const tickMs = 50
/** How long an editor is given to finish a file that it is still writing, in milliseconds. */
const unfinishedMs = 200
const waitMs = 40
const attempts = 3
const byteOrderMark = '\uFEFF'

export function createKeptDocument(path: string, source: Omit<Source, 'text'>, clock: Clock): KeptDocument {
  const { name } = source
  let kept: Kept | null = null

  const ageMs = (stamp: FileStamp): number => clock.now().getTime() - stamp.modifiedMs

  const readAnew = async (stamp: FileStamp): Promise<Kept> => {
    const before = kept
    const isFresh = ageMs(stamp) < tickMs
    const bytes = await readFile(path)
    if (before?.bytes.equals(bytes)) return { ...before, stamp, isFresh }
    const text = textOf(bytes, name)
    const mark = text.startsWith(byteOrderMark) ? byteOrderMark : ''
    const document = parseDocument({ ...source, text: text.slice(mark.length) })
    return { document, revision: nextRevision(before, stamp), bytes, mark, stamp, isFresh }
  }

  /** Null where the file changed while it was read. */
  const look = async (stamp: FileStamp, isLast: boolean): Promise<Kept | null> => {
    const found = await readAnew(stamp)
    const isSteady = stampAt(path).text === stamp.text
    if (!isSteady && !isLast) return null
    kept = isSteady ? found : { ...found, isFresh: true }
    return kept
  }

  /** Waits for the rest of what may be half a file: it changes, or did so just now. Otherwise fails as it did. */
  const awaitRest = async (thrown: unknown, stamp: FileStamp): Promise<null> => {
    if (!isFailure(thrown, 'invalid')) throw thrown
    const age = ageMs(stamp)
    const isYoung = age >= 0 && age < unfinishedMs
    if (!isYoung && stampAt(path).text === stamp.text) throw thrown
    await clock.until(new Date(clock.now().getTime() + waitMs), new AbortController().signal)
    return null
  }

  const current = async (attempt = 1): Promise<Kept> => {
    const stamp = stampAt(path)
    if (kept && !kept.isFresh && kept.stamp.text === stamp.text) return kept
    if (attempt >= attempts) return (await look(stamp, true)) ?? current(attempt)
    const found = await look(stamp, false).catch((thrown: unknown) => awaitRest(thrown, stamp))
    return found ?? current(attempt + 1)
  }

  const read = async (): Promise<Kept> => {
    try {
      return await current()
    } catch (thrown) {
      throw readingFailure(thrown, name)
    }
  }

  return {
    current: read,
    lastGood: async () => {
      try {
        return await read()
      } catch (thrown) {
        if (kept) return kept
        throw thrown
      }
    },
    replace: async (from, document) => {
      try {
        const bytes = Buffer.from(from.mark + document.text)
        const stamp = await replaceFile(realpathSync(path), bytes)
        const revision = nextRevision(from, stamp)
        kept = { document, revision, bytes, mark: from.mark, stamp, isFresh: false }
      } catch (thrown) {
        throw isMissing(thrown) ? readingFailure(thrown, name) : diskFailure(thrown, `${name} was written`)
      }
    },
  }
}

/** The failure for a file that could not be had. */
export function readingFailure(thrown: unknown, name: string): LoopworkError {
  if (!isMissing(thrown)) return diskFailure(thrown, `${name} was read`)
  return new LoopworkError('not_found', `there is no backlog at ${name}`, {
    hint: 'Run `loopwork init` to create one, or name another file with --tasks-file.',
    cause: thrown,
  })
}

function stampAt(path: string): FileStamp {
  return stampOf(statSync(path, { bigint: true }))
}

/** Differs from the last one even where two states of the file have the same stamp. */
function nextRevision(before: Kept | null, stamp: FileStamp): string {
  return before?.revision.startsWith(stamp.text) ? `${before.revision}+` : stamp.text
}

function textOf(bytes: Buffer, name: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (thrown) {
    throw new LoopworkError('invalid', `${name} is not UTF-8`, {
      hint: 'Save the file as UTF-8.',
      cause: thrown,
    })
  }
}
