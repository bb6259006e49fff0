import type { FileHandle } from 'node:fs/promises'
import type { Found } from './shapes.ts'

const linesAtMost = 200
const chunkBytes = 1 << 18
/** By how much the parts of a very long line overlap, so that nothing between two of them is missed. */
const overlap = 1 << 10
/** How much of a line is shown around what was found in it, in characters. */
const around = 160

/** Looks through a whole file, however long it or a line of it is, a little at a time. */
export async function findIn(file: FileHandle, wanted: string): Promise<Found> {
  const needle = wanted.toLowerCase()
  const lines: { offset: number; text: string }[] = []
  let last = -1
  for await (const { offset, bytes } of linesOf(file)) {
    const text = bytes.toString('utf8')
    const place = text.toLowerCase().indexOf(needle)
    if (place < 0) continue
    const at = offset + Buffer.byteLength(text.slice(0, place))
    if (at === last) continue // seen already, at the end of the part before
    if (lines.length === linesAtMost) return { lines, isCut: true }
    lines.push({ offset, text: cutAround(text, place) })
    last = at
  }
  return { lines, isCut: false }
}

type Line = { readonly offset: number; readonly bytes: Buffer }

/** The lines of a file; one that is very long comes in parts. */
async function* linesOf(file: FileHandle): AsyncGenerator<Line> {
  let rest = Buffer.alloc(0)
  let offset = 0
  for (;;) {
    const { bytesRead, buffer } = await file.read(
      Buffer.alloc(chunkBytes),
      0,
      chunkBytes,
      offset + rest.length,
    )
    rest = Buffer.concat([rest, buffer.subarray(0, bytesRead)])
    let from = 0
    for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10, from)) {
      yield { offset: offset + from, bytes: rest.subarray(from, end) }
      from = end + 1
    }
    if (bytesRead === 0 || rest.length - from >= chunkBytes) {
      yield { offset: offset + from, bytes: rest.subarray(from) }
      from = bytesRead === 0 ? rest.length : rest.length - overlap
    }
    if (bytesRead === 0) return
    rest = rest.subarray(from)
    offset += from
  }
}

function cutAround(text: string, place: number): string {
  const [from, to] = [Math.max(0, place - around), place + around * 2]
  return `${from > 0 ? '… ' : ''}${text.slice(from, to)}${to < text.length ? ' …' : ''}`
}
