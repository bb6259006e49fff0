import type { Secret } from '../ports/secret.ts'
import { finderOf, formsOf, redact } from './pattern.ts'

/** Takes secrets out of a stream of bytes, also where they are cut in two by the edge of a chunk. */
export type Mask = {
  /** What may be written now; the end of it that may be the beginning of a secret is held back. */
  take(chunk: Buffer): Buffer
  /** What was held back, once nothing follows. */
  rest(): Buffer
}

/** The longest word that can be a token, in bytes. */
const longestToken = 9_100
/** The longest private key, in bytes. */
const longestKey = 16_600
/** The characters that tokens are made of. */
const isOfToken = new Uint8Array(256)
for (const one of Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.:/+=-')) {
  isOfToken[one] = 1
}

/** Bytes are looked at as Latin-1 text, in which each stands for itself. */
export function createMask(secrets: readonly Secret[]): Mask {
  const encode = (value: string): string => Buffer.from(value).toString('latin1')
  const find = finderOf(secrets, encode)
  const values = secrets.flatMap(({ value }) => formsOf(value)).map(encode)
  let held = ''

  return {
    take: (chunk) => {
      const text = held + chunk.toString('latin1')
      const open = Math.min(openWord(text), openBlock(text), ...values.map((value) => openEnd(text, value)))
      const hits = find(text)
      // A secret that begins before that place is whole, so all of it may go.
      const cut = hits.find(({ from, to }) => from < open && to > open)?.to ?? open
      held = text.slice(cut)
      return Buffer.from(redact(text, hits, cut), 'latin1')
    },
    rest: () => {
      const last = Buffer.from(redact(held, find(held)), 'latin1')
      held = ''
      return last
    },
  }
}

/** Where the last word begins: more of it may come. One without end is no token. */
function openWord(text: string): number {
  const first = Math.max(0, text.length - longestToken)
  let at = text.length
  while (at > first && isOfToken[text.charCodeAt(at - 1)] === 1) at -= 1
  return at
}

/** Where a secret with spaces in it begins of which the end has not come yet. */
function openBlock(text: string): number {
  const key = text.lastIndexOf('-----BEGIN ')
  const assignment = text.lastIndexOf('aws_secret_access_key')
  return Math.min(
    openEnd(text, '-----BEGIN '),
    key >= text.length - longestKey && key >= 0 && !isClosed(text, key) ? key : text.length,
    assignment >= text.length - 80 && assignment >= 0 ? assignment : text.length,
  )
}

function isClosed(text: string, key: number): boolean {
  const end = text.indexOf('-----END ', key)
  return end >= 0 && text.indexOf('-----', end + 9) >= 0
}

/** Where the beginning of the value is cut off by the end of the text; the end where it is not. */
function openEnd(text: string, value: string): number {
  const first = value.slice(0, 1)
  const from = Math.max(0, text.length - value.length + 1)
  for (let at = text.indexOf(first, from); at >= 0; at = text.indexOf(first, at + 1)) {
    if (value.startsWith(text.slice(at))) return at
  }
  return text.length
}
