import { type FileHandle, open } from 'node:fs/promises'
import { StringDecoder } from 'node:string_decoder'
import type { GrowingFile } from '../../ports/session-files.ts'

/** Longest line that is kept whole, in characters; the rest of a longer one is left out. */
const longestLine = 32 << 20

/** Reads a file that another process writes, line by line, without ever holding much of it. */
export function followFile(path: string): GrowingFile {
  let file: FileHandle | null = null
  let offset = 0
  let decoder = new StringDecoder('utf8')
  let partial = ''
  let isInsideSkipped = false

  const opened = async (): Promise<FileHandle | null> => {
    file ??= await open(path, 'r').catch((thrown: NodeJS.ErrnoException) => {
      if (thrown.code === 'ENOENT') return null // nothing was printed yet
      throw thrown
    })
    return file
  }

  const passOver = (to: number): void => {
    offset = to
    partial = ''
    decoder = new StringDecoder('utf8')
    isInsideSkipped = true
  }

  const split = (text: string): string[] => {
    const lines = (partial + text).split('\n')
    partial = lines.pop() ?? ''
    if (partial.length > longestLine) partial = partial.slice(0, longestLine)
    if (!isInsideSkipped || lines.length === 0) return lines
    isInsideSkipped = false
    return lines.slice(1)
  }

  return {
    read: async ({ atMost, skip }) => {
      const handle = await opened()
      if (!handle) return { lines: [], more: false }
      const { size } = await handle.stat()
      if (skip && size - offset > atMost) passOver(size - atMost)
      const length = Math.min(atMost, size - offset)
      if (length <= 0) return { lines: [], more: false }
      const { bytesRead, buffer } = await handle.read(Buffer.alloc(length), 0, length, offset)
      offset += bytesRead
      const lines = split(decoder.write(buffer.subarray(0, bytesRead)))
      return { lines: lines.map(withoutReturn), more: bytesRead > 0 && offset < size }
    },
    rest: () => (isInsideSkipped ? '' : withoutReturn(partial + decoder.end())),
    close: async () => {
      await file?.close()
      file = null
    },
  }
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line
}
