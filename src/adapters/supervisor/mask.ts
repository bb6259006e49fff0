import type { Secret } from '../../ports/secret.ts'

/** Takes secrets out of a stream of bytes, also where they are cut in two by the edge of a chunk. */
export type Mask = {
  /** What may be written now; the beginning of what may become a secret is held back. */
  take(chunk: Buffer): Buffer
  /** What was held back, once nothing follows. */
  rest(): Buffer
}

type Needle = { readonly value: Buffer; readonly by: Buffer }

/** `secrets` with the longest first: where one begins like another, the longer one counts. */
export function createMask(secrets: readonly Secret[]): Mask {
  const needles = secrets.map(({ name, value }) => ({
    value: Buffer.from(value),
    by: Buffer.from(`***${name}***`),
  }))
  let held: Buffer = Buffer.alloc(0)
  if (needles.length === 0) return { take: (chunk) => chunk, rest: () => held }

  const pass = (bytes: Buffer, isEnd: boolean): Buffer => {
    const shown: Buffer[] = []
    let from = 0
    const heldBack = (at: number): Buffer => {
      held = Buffer.from(bytes.subarray(at))
      return Buffer.concat(shown)
    }
    for (let next = 0; ; ) {
      const at = nextCandidate(bytes, next, needles)
      if (at >= bytes.length) break
      const isOpen = !isEnd && needles.some(({ value }) => mayBecome(bytes, at, value))
      const found = needles.find(({ value }) => isAt(bytes, at, value))
      if (isOpen || found) shown.push(bytes.subarray(from, at))
      if (isOpen) return heldBack(at)
      if (found) shown.push(found.by)
      next = at + (found?.value.length ?? 1)
      if (found) from = next
    }
    held = Buffer.alloc(0)
    return from === 0 ? bytes : Buffer.concat([...shown, bytes.subarray(from)])
  }

  return {
    take: (chunk) => pass(held.length > 0 ? Buffer.concat([held, chunk]) : chunk, false),
    rest: () => pass(held, true),
  }
}

/** The next place at which a secret begins, or may begin because the bytes end there. */
function nextCandidate(bytes: Buffer, from: number, needles: readonly Needle[]): number {
  const starts = needles.flatMap(({ value }) => {
    const whole = bytes.indexOf(value, from)
    const open = openEnd(bytes, from, value)
    return [whole < 0 ? bytes.length : whole, open]
  })
  return Math.min(bytes.length, ...starts)
}

/** Where the beginning of the value is cut off by the end of the bytes. */
function openEnd(bytes: Buffer, from: number, value: Buffer): number {
  for (let at = Math.max(from, bytes.length - value.length + 1); at < bytes.length; at += 1) {
    if (mayBecome(bytes, at, value)) return at
  }
  return bytes.length
}

function mayBecome(bytes: Buffer, at: number, value: Buffer): boolean {
  const length = bytes.length - at
  return length < value.length && value.compare(bytes, at, bytes.length, 0, length) === 0
}

function isAt(bytes: Buffer, at: number, value: Buffer): boolean {
  return at + value.length <= bytes.length && value.compare(bytes, at, at + value.length) === 0
}
