import type { Secret } from '../../ports/secret.ts'

/** Takes secrets out of a stream of bytes, also where they are cut in two by the edge of a chunk. */
export type Mask = {
  /** What may be written now; the beginning of what may become a secret is held back. */
  take(chunk: Buffer): Buffer
  /** What was held back, once nothing follows. */
  rest(): Buffer
}

type Needle = { readonly value: Buffer; readonly by: Buffer }

/** Where one secret begins like another, the longer one counts. */
export function createMask(secrets: readonly Secret[]): Mask {
  const needles = secrets.map(({ name, value }) => ({
    value: Buffer.from(value),
    by: Buffer.from(`***${name}***`),
  }))
  let held: Buffer = Buffer.alloc(0)
  if (needles.length === 0) return { take: (chunk) => chunk, rest: () => held }

  const pass = (bytes: Buffer, isEnd: boolean): Buffer => {
    const shown: Buffer[] = []
    for (let from = 0; ; ) {
      const { at, needle } = nextHit(bytes, from, needles, isEnd)
      shown.push(bytes.subarray(from, at))
      if (!needle) {
        held = Buffer.from(bytes.subarray(at))
        return Buffer.concat(shown)
      }
      shown.push(needle.by)
      from = at + needle.value.length
    }
  }

  return {
    take: (chunk) => pass(held.length > 0 ? Buffer.concat([held, chunk]) : chunk, false),
    rest: () => pass(held, true),
  }
}

type Hit = { readonly at: number; readonly needle: Needle | null }

/** The next secret; without one, the place from which on the bytes have to wait for more. */
function nextHit(bytes: Buffer, from: number, needles: readonly Needle[], isEnd: boolean): Hit {
  const open = isEnd ? bytes.length : Math.min(...needles.map(({ value }) => openEnd(bytes, from, value)))
  const hits = needles
    .map((needle) => ({ needle, at: bytes.indexOf(needle.value, from) }))
    .filter(({ at }) => at >= 0 && at < open)
    .sort((a, b) => a.at - b.at || b.needle.value.length - a.needle.value.length)
  return hits[0] ?? { at: open, needle: null }
}

/** Where the beginning of the value is cut off by the end of the bytes; the end where it is not. */
function openEnd(bytes: Buffer, from: number, value: Buffer): number {
  for (let at = Math.max(from, bytes.length - value.length + 1); at < bytes.length; at += 1) {
    if (value.compare(bytes, at, bytes.length, 0, bytes.length - at) === 0) return at
  }
  return bytes.length
}
