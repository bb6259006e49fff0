import { open } from 'node:fs/promises'

/** How much of the end of a file is looked at for its last lines, in bytes. */
const tailBytes = 4 << 20

/** The last lines of a text file; none where there is no file. Never more than its last 4 MiB. */
export async function readLast(path: string, count: number): Promise<string[]> {
  const file = await open(path, 'r').catch((thrown: NodeJS.ErrnoException) => {
    if (thrown.code === 'ENOENT') return null
    throw thrown
  })
  if (!file) return []
  try {
    const { size } = await file.stat()
    const length = Math.min(size, tailBytes)
    const { buffer } = await file.read(Buffer.alloc(length), 0, length, size - length)
    const lines = buffer.toString('utf8').split('\n')
    if (lines.at(-1) === '') lines.pop()
    if (length < size) lines.shift()
    return count === Number.POSITIVE_INFINITY ? lines : lines.slice(-Math.max(0, count) || lines.length)
  } finally {
    await file.close()
  }
}

/** One line of `loopwork.log`, taken apart. */
export function parseLogLine(raw: string): {
  timestamp: string | null
  level: string
  message: string
  raw: string
} {
  const [, timestamp, level, message] = /^(\S+Z) (\w+)\s+(.*)$/s.exec(raw) ?? []
  return {
    timestamp: timestamp ?? null,
    level: (level ?? 'info').toLowerCase(),
    message: message ?? raw,
    raw,
  }
}
