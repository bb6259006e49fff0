import type { Surroundings } from './command.ts'

/**
 * `status`, `why` and `logs` are what prompts, scripts and people ask all the time: with no option but `--json`,
 * and for `logs` `--lines`, they are answered without loading the parser of the command line. Null where this is
 * not such a question.
 */
export async function shortcut(surroundings: Surroundings): Promise<number | null> {
  const [word = '', ...rest] = surroundings.argv
  const { lines, others } = word === 'logs' ? linesIn(rest) : { lines: {}, others: rest }
  const words = others.filter((option) => option !== '--json')
  if (words.some((option) => option.startsWith('-'))) return null
  const given = { json: words.length < others.length, _: [word], $0: 'loopwork' }
  const [subject] = words
  if (word === 'status' && words.length === 0) {
    const { status } = await import('./commands/status.ts')
    return status.run(given, surroundings)
  }
  if (word === 'why' && words.length < 2) {
    const { why } = await import('./commands/why.ts')
    return why.run({ ...given, subject }, surroundings)
  }
  if (word === 'logs' && words.length < 2) {
    const { logs } = await import('./commands/logs.ts')
    return logs.run({ ...given, ...lines, namespace: subject }, surroundings)
  }
  return null
}

/** Takes `--lines 50` out of words, once and in plain digits; anything else is left for the parser. */
function linesIn(words: readonly string[]): { lines: { lines?: number }; others: readonly string[] } {
  const at = words.findIndex((word) => word === '--lines' || word === '-n')
  const count = words[at + 1] ?? ''
  if (at === -1 || !/^\d{1,9}$/.test(count)) return { lines: {}, others: words }
  return { lines: { lines: Number(count) }, others: words.toSpliced(at, 2) }
}
