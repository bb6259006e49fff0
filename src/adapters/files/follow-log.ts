import type { FileHandle } from 'node:fs/promises'
import { StringDecoder } from 'node:string_decoder'
import type { LogPlace } from './lines-backwards.ts'
import { openSegment, type Segment, segmentsOf } from './segments.ts'

/** How much is read at once, and the longest line that is kept whole, in bytes. */
const chunkBytes = 256 << 10
const longestLine = 1 << 20

/** A log that is read on and on, over the rotation of its files. */
export type FollowedLog = {
  /** The complete lines that came since, up to a bound; none when all was read. */
  read(): Promise<readonly string[]>
  /** What stands behind the last line end, for a log that nobody writes any more. */
  rest(): string
  close(): Promise<void>
}

type Current = { readonly file: FileHandle; readonly inode: number; readonly after: number; offset: number }

/**
 * Follows a log from a place. A segment is left only when a newer one was seen before it was read to its end:
 * whoever writes has then gone on to that one. So no line is missed, however often the log is rotated.
 */
export function followLog(path: string, from: LogPlace | null): FollowedLog {
  const splitter = createSplitter()
  let current: Current | null = null

  const read = async (): Promise<readonly string[]> => {
    current ??= await beginAt(path, from)
    while (current) {
      const lines = await readLines(current, splitter)
      if (lines) return lines
      const next = await openNext(path, current)
      if (!next) return []
      const written = await readLines(current, splitter) // between the two looks
      const old: Current = current
      if (written) {
        await next.file.close()
        return written
      }
      current = next
      await old.file.close()
      const cut = splitter.cut()
      if (cut) return [cut]
    }
    return []
  }

  return {
    read,
    rest: splitter.rest,
    close: async () => {
      await current?.file.close()
      current = null
    },
  }
}

async function beginAt(path: string, from: LogPlace | null): Promise<Current | null> {
  const segments = await segmentsOf(path)
  const at = segments.find(({ inode }) => inode === from?.inode)
  const first = at ?? segments[0]
  return first ? enter(path, first, at && from ? from.offset : 0, segments) : null
}

/** The segment after the one that is read; null while that is the newest. */
async function openNext(path: string, { inode, after }: Current): Promise<Current | null> {
  const segments = await segmentsOf(path)
  const own = segments.find((segment) => segment.inode === inode)
  const next = segments.find(({ nth, inode: other }) => other !== inode && nth > (own?.nth ?? after))
  return next ? enter(path, next, 0, segments) : null
}

async function enter(
  path: string,
  segment: Segment,
  offset: number,
  all: readonly Segment[],
): Promise<Current | null> {
  const file = await openSegment(path, segment)
  if (!file) return null
  const older = all.filter(({ nth }) => nth < segment.nth)
  const after = Number.isFinite(segment.nth) ? segment.nth : (older.at(-1)?.nth ?? 0)
  return { file, inode: segment.inode, after, offset }
}

/** Complete lines that are new; null where all was read. */
async function readLines(current: Current, splitter: Splitter): Promise<string[] | null> {
  for (;;) {
    const { size } = await current.file.stat()
    if (size < current.offset) current.offset = 0 // it was emptied, and is written anew
    const { bytesRead, buffer } = await current.file.read(
      Buffer.alloc(chunkBytes),
      0,
      chunkBytes,
      current.offset,
    )
    if (bytesRead === 0) return null
    current.offset += bytesRead
    const lines = splitter.take(buffer.subarray(0, bytesRead))
    if (lines.length > 0) return lines
  }
}

type Splitter = ReturnType<typeof createSplitter>

/** Makes lines out of bytes that come in pieces. */
function createSplitter() {
  let decoder = new StringDecoder('utf8')
  let partial = ''
  return {
    take: (bytes: Buffer): string[] => {
      const lines = (partial + decoder.write(bytes)).split('\n')
      partial = (lines.pop() ?? '').slice(0, longestLine)
      return lines.map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line))
    },
    rest: (): string => partial,
    /** The beginning of a line that will not be ended. */
    cut: (): string => {
      const line = partial + decoder.end()
      partial = ''
      decoder = new StringDecoder('utf8')
      return line
    },
  }
}
