import { harmless } from '../projections/harmless.ts'

/** Units of a text that a reader sees as one: an emoji with its modifiers, a letter with its marks. */
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })

/** The beginning of a text, at most `most` UTF-16 units long, with an ellipsis where something is missing. */
export function cut(text: string, most: number): string {
  if (text.length <= most) return text
  let kept = ''
  for (const { segment } of graphemes.segment(text.slice(0, most + 32))) {
    if (kept.length + segment.length > most - 1) break
    kept += segment
  }
  return `${kept}…`
}

/**
 * A text that cannot reach beyond itself: what is not harmless is taken out, and the whole is isolated where it is
 * written from right to left.
 */
export function contained(text: string): string {
  const plain = harmless(text)
  return /[\u0590-\u08FF\uFB1D-\uFDFF\uFE70-\uFEFF]/.test(plain) ? `\u2068${plain}\u2069` : plain
}
