import width from 'fast-string-width'
import { harmless } from '../../projections/harmless.ts'

/** Harmless text as it may stand in one line of a terminal, where every letter has a width of its own. */
export function plain(text: string): string {
  return harmless(text)
    .replace(/\p{Cf}/gu, '')
    .replace(/[\p{Zl}\p{Zp}\s]+/gu, ' ')
}

/** Exactly so many columns wide: cut with an ellipsis, or filled up with spaces. */
export function fitted(text: string, columns: number): string {
  const wide = width(text)
  if (wide <= columns) return text + ' '.repeat(columns - wide)
  let kept = ''
  let used = 0
  for (const letter of text) {
    const more = width(letter)
    if (used + more > columns - 1) break
    kept += letter
    used += more
  }
  return `${kept}…${' '.repeat(columns - 1 - used)}`
}
