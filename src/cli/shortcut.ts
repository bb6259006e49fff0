import type { Surroundings } from './command.ts'

/**
 * `status` and `why` are what prompts, scripts and people ask all the time: with no other option than `--json`
 * they are answered without loading the parser of the command line. Null where this is not such a question.
 */
export async function shortcut(surroundings: Surroundings): Promise<number | null> {
  const [word, ...rest] = surroundings.argv
  const words = rest.filter((option) => option !== '--json')
  if (words.some((option) => option.startsWith('-'))) return null
  const given = { json: words.length < rest.length, _: [word ?? ''], $0: 'loopwork' }
  if (word === 'status' && words.length === 0) {
    const { status } = await import('./commands/status.ts')
    return status.run(given, surroundings)
  }
  if (word === 'why' && words.length < 2) {
    const { why } = await import('./commands/why.ts')
    return why.run({ ...given, subject: words[0] }, surroundings)
  }
  return null
}
