import { stripVTControlCharacters } from 'node:util'
import width from 'fast-string-width'

/**
 * Text that anybody may have written, as it may stand in one line of a terminal: without control sequences,
 * line ends, halves of characters, and marks that turn the direction of what follows.
 */
export function plain(text: string): string {
  return stripVTControlCharacters(text)
    .replace(/\p{Surrogate}/gu, '\uFFFD')
    .replace(/\p{Cf}/gu, '')
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ')
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
