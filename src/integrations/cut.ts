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
 * A text whose direction and control characters cannot reach beyond it: embeddings, overrides and isolates are
 * taken out, and the whole is isolated where it is written from right to left.
 */
export function contained(text: string): string {
  const plain = text.replace(/(?![\n\t])\p{Cc}|[\u202A-\u202E\u2066-\u2069]/gu, '')
  return /[\u0590-\u08FF\uFB1D-\uFDFF\uFE70-\uFEFF]/.test(plain) ? `\u2068${plain}\u2069` : plain
}
