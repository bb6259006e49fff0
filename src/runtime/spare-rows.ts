import { hash } from 'node:crypto'
import type { Rows } from '../projections/projection.ts'

/** What stands for a row when only its being equal to another counts. */
export type RowDigest = number

/** How many rows are kept as they are: those that the newest events speak of. */
const ready = 1_000

/** The rows of a view that is folded only to be compared: what was not asked for lately is kept as text. */
export type SpareRows = Rows & {
  /** The digest of every row, by its key. */
  digests(): Generator<readonly [key: string, digest: RowDigest]>
}

/** Rows that take as little memory as may be, for views that grow with the number of tasks. */
export function createSpareRows(): SpareRows {
  const fresh = new Map<string, unknown>()
  const put = new Map<string, string>()

  const keep = (key: string, row: unknown): void => {
    fresh.delete(key)
    fresh.set(key, row)
    if (fresh.size <= ready) return
    const [oldest, value] = fresh.entries().next().value as [string, unknown]
    fresh.delete(oldest)
    put.set(oldest, JSON.stringify(value))
  }

  return {
    get: (key) => {
      const known = fresh.get(key)
      if (known !== undefined) return known
      const text = put.get(key)
      if (text === undefined) return undefined
      const row: unknown = JSON.parse(text)
      put.delete(key)
      keep(key, row)
      return row
    },
    set: (key, row) => {
      put.delete(key)
      if (row === undefined) fresh.delete(key)
      else keep(key, row)
    },
    digests: function* () {
      for (const [key, row] of fresh) yield [key, digestOf(row)]
      for (const [key, text] of put) yield [key, digestOf(JSON.parse(text))]
    },
  }
}

/** The first 48 bits of the SHA-256 of a row as JSON, whatever the order of its fields. */
export function digestOf(row: unknown): RowDigest {
  return Number.parseInt(hash('sha256', JSON.stringify(row, sorted)).slice(0, 12), 16)
}

function sorted(_: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
}
