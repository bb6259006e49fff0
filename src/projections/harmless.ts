// biome-ignore-start lint/suspicious/noControlCharactersInRegex: these are what is taken out
/** Of a terminal's sequences: those that begin as CSI and OSC do, and all others. None reaches beyond its line. */
const sequences = [
  /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]/g,
  /(?:\u001b\]|\u009d)[^\u0007\u001b\u009c\n]*(?:\u0007|\u001b\\|\u009c)?/g,
  /\u001b[ -/]*[0-~]/g,
] as const
const controls = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g
// biome-ignore-end lint/suspicious/noControlCharactersInRegex: until here

/**
 * Text that anybody may have written, without what steers a terminal, turns the direction of reading, or is half
 * a character. Line ends and tabs stay.
 */
export function harmless(text: string): string {
  const lines = text.replace(/\r\n?/g, '\n') // one alone would go back to the beginning of a line
  return sequences
    .reduce((left, sequence) => left.replace(sequence, ''), lines)
    .replace(controls, '')
    .replace(/\p{Surrogate}/gu, '\uFFFD')
}
