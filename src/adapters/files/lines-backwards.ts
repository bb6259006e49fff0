import { openSegment, type Segment, segmentsOf } from './segments.ts'

/** How much is read at once, and the longest line that is kept, in bytes. */
const chunkBytes = 64 << 10
const longestLine = 1 << 20

/** Where in a log reading goes on: behind the last complete line that was seen. */
export type LogPlace = { readonly inode: number; readonly offset: number }

export type Backwards = {
  /** Null where there is no such log. */
  readonly end: LogPlace | null
  /** The complete lines, the newest first, over all segments. */
  readonly lines: AsyncIterable<string>
  /** What stands behind the last complete line: it is still being written, or was never ended. */
  readonly rest: string
}

/** Reads a log from its end, without ever holding much of it. */
export async function readBackwards(path: string): Promise<Backwards> {
  const segments = await segmentsOf(path)
  const last = segments.at(-1)
  if (!last) return { end: null, lines: nothing(), rest: '' }
  const { offset, rest } = await endOfLines(path, last)
  async function* lines(): AsyncIterable<string> {
    for (const segment of [...segments].reverse()) {
      yield* linesOf(path, segment === last ? { ...segment, size: offset } : segment)
    }
  }
  return { end: { inode: last.inode, offset }, lines: lines(), rest }
}

async function* nothing(): AsyncIterable<string> {}

/** The offset behind the last line end of a file, and what comes after it. */
async function endOfLines(path: string, segment: Segment): Promise<{ offset: number; rest: string }> {
  let rest = Buffer.alloc(0)
  for await (const { block, start } of blocksBackwards(path, segment)) {
    const at = block.lastIndexOf(10)
    rest = Buffer.concat([block.subarray(at + 1), rest]).subarray(0, longestLine)
    if (at >= 0) return { offset: start + at + 1, rest: textOf(rest) }
  }
  return { offset: 0, rest: textOf(rest) }
}

/** The lines of a segment up to its size, the last of them first. */
async function* linesOf(path: string, segment: Segment): AsyncIterable<string> {
  if (segment.size === 0) return
  let later = Buffer.alloc(0)
  let isEnd = true
  for await (const { block } of blocksBackwards(path, segment)) {
    const isEnded = isEnd && block.at(-1) === 10
    let left = Buffer.concat([isEnded ? block.subarray(0, -1) : block, later])
    isEnd = false
    for (let at = left.lastIndexOf(10); at >= 0; at = left.lastIndexOf(10)) {
      yield textOf(left.subarray(at + 1))
      left = left.subarray(0, at)
    }
    later = left.subarray(0, longestLine)
  }
  yield textOf(later)
}

async function* blocksBackwards(
  path: string,
  segment: Segment,
): AsyncIterable<{ readonly block: Buffer; readonly start: number }> {
  const file = await openSegment(path, segment)
  if (!file) return
  try {
    for (let end = segment.size; end > 0; end -= chunkBytes) {
      const start = Math.max(0, end - chunkBytes)
      const { buffer, bytesRead } = await file.read(Buffer.alloc(end - start), 0, end - start, start)
      yield { block: buffer.subarray(0, bytesRead), start }
    }
  } finally {
    await file.close()
  }
}

function textOf(bytes: Buffer): string {
  const text = bytes.toString('utf8')
  return text.endsWith('\r') ? text.slice(0, -1) : text
}
