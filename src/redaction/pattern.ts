import type { Secret } from '../ports/secret.ts'
import { shapes } from './shapes.ts'

/** Where a secret is, and what is to stand there. */
export type Hit = { readonly from: number; readonly to: number; readonly mark: string }

/** Finds secrets in a text: the values that are known, and whatever looks like a token. */
export type Find = (text: string) => readonly Hit[]

/** What tokens that are known by their looks begin with; most places in a text are passed over by this alone. */
const beginnings = 'AGaeghnrsxy0-9\\-'

/** `encode` gives known values as the texts have them. Where one begins like another, the longer one counts. */
export function finderOf(secrets: readonly Secret[], encode = (value: string) => value): Find {
  const known = secrets
    .flatMap(({ name, value }) => formsOf(value).map((form) => ({ name, value: encode(form) })))
    .sort((a, b) => b.value.length - a.value.length)
  const values = known.map(({ value }) => `(${escaped(value)})`)
  const tokens = shapes.map(({ pattern }) => `(${pattern})`).join('|')
  const first = known.map(({ value }) => escaped(value.slice(0, 1))).join('')
  const either = [...values, `(?<![A-Za-z0-9_])(?:${tokens})`].join('|')
  const pattern = new RegExp(`(?=[${beginnings}${first}])(?:${either})`, 'g')
  const marks = [...known, ...shapes].map(({ name }) => `***${name}***`)

  return (text) => {
    const hits: Hit[] = []
    pattern.lastIndex = 0
    for (let hit = pattern.exec(text); hit; hit = pattern.exec(text)) {
      const nth = hit.findIndex((group, place) => place > 0 && group !== undefined) - 1
      hits.push({ from: hit.index, to: pattern.lastIndex, mark: marks[nth] ?? '' })
    }
    return hits
  }
}

/** The text up to a place, with marks where the secrets were. */
export function redact(text: string, hits: readonly Hit[], end = text.length): string {
  if (hits.length === 0) return end < text.length ? text.slice(0, end) : text
  let shown = ''
  let at = 0
  for (const { from, to, mark } of hits) {
    if (from >= end) break
    shown += text.slice(at, from) + mark
    at = to
  }
  return shown + text.slice(at, end)
}

/** A value as it is, and as it stands in JSON. */
export function formsOf(value: string): readonly string[] {
  const inJson = JSON.stringify(value).slice(1, -1)
  return inJson === value ? [value] : [value, inJson]
}

function escaped(value: string): string {
  return value.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&')
}
