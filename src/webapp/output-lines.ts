import { harmless } from '../projections/harmless.ts'

/** The longest line that is shown whole; what is longer is cut, and says so. */
const longestLine = 4_000

/** An output as lines that can be shown. */
export function outputLines(text: string): string[] {
  return text.split(/\r?\n/).map((line) => {
    const plain = harmless(line)
    return plain.length > longestLine
      ? `${plain.slice(0, longestLine)} … (${plain.length - longestLine} more characters)`
      : plain
  })
}
