import * as z from 'zod'
import { LoopworkError } from '../errors.ts'

export const cursor = z
  .string()
  .max(200)
  .optional()
  .describe('nextCursor of the answer before, for what follows')

/** How many of something are given at once. */
export function limitOf(usual: number, most: number) {
  return z.coerce.number().int().min(1).max(most).default(usual).describe(`How many at most, up to ${most}`)
}

/** One page of a list, and where the next one begins. The cursor is the key of the last item. */
export function pageOf<T>(
  items: readonly T[],
  keyOf: (item: T) => string,
  { cursor: after, limit }: { readonly cursor?: string | undefined; readonly limit: number },
): { readonly items: readonly T[]; readonly nextCursor?: string } {
  const from = after === undefined ? 0 : items.findIndex((item) => keyOf(item) === decode(after)) + 1
  if (after !== undefined && from === 0) {
    throw new LoopworkError('invalid', 'there is nothing after this cursor any more', {
      hint: 'Begin again without a cursor.',
    })
  }
  const page = items.slice(from, from + limit)
  const last = page.at(-1)
  return from + limit < items.length && last !== undefined
    ? { items: page, nextCursor: encode(keyOf(last)) }
    : { items: page }
}

function encode(key: string): string {
  return Buffer.from(key, 'utf8').toString('base64url')
}

function decode(text: string): string {
  return Buffer.from(text, 'base64url').toString('utf8')
}
