import type { Surroundings } from './command.ts'

/**
 * `status` is what prompts and scripts ask all the time: with no other option than `--json` it is answered
 * without loading the parser of the command line. Null where this is not such a question.
 */
export async function shortcut(surroundings: Surroundings): Promise<number | null> {
  const [word, ...rest] = surroundings.argv
  if (word !== 'status' || rest.some((option) => option !== '--json')) return null
  const { status } = await import('./commands/status.ts')
  return status.run({ json: rest.length > 0, _: [word], $0: 'loopwork' }, surroundings)
}
