/** Longest text that is kept of what an agent said, in characters. */
const longest = 500

/** The first line that says something, short enough for a log. */
export function firstLine(text: string): string {
  const line = text.split('\n').find((one) => one.trim() !== '') ?? ''
  return line.trim().slice(0, longest)
}

/** The first line that says something, short enough to watch go by. */
export function shortLine(text: string): string {
  return firstLine(text).slice(0, 200)
}
