/** The longest line that is shown whole; what is longer is cut, and says so. */
const longestLine = 4_000

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is taken out
const sequences = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-Z\\-_])/g
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is taken out
const controls = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g

/** Text that anybody may have written, without what steers a terminal or turns the direction of reading. */
export function safe(text: string): string {
  return text.replace(sequences, '').replace(controls, '')
}

/** An output as lines that can be shown. */
export function safeLines(text: string): string[] {
  return text.split(/\r?\n/).map((line) => {
    const plain = safe(line)
    return plain.length > longestLine
      ? `${plain.slice(0, longestLine)} … (${plain.length - longestLine} more characters)`
      : plain
  })
}
