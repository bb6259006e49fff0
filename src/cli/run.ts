import type { Surroundings } from './command.ts'
import type { Io } from './io.ts'
import { withImpliedRun, withoutMonitor } from './legacy.ts'
import { printTo } from './print.ts'
import { reportFailure } from './report-failure.ts'
import { shortcut } from './shortcut.ts'

/** The whole command line as a function: words in, exit code out. */
export async function run(words: readonly string[], io: Io): Promise<number> {
  const surroundings = { io, print: printTo(io), argv: words }
  try {
    return await answer({ ...surroundings, argv: withImpliedRun(inPresentWords(surroundings)) })
  } catch (thrown) {
    return reportFailure(thrown, surroundings)
  }
}

async function answer(surroundings: Surroundings): Promise<number> {
  const answered = await shortcut(surroundings)
  if (answered !== null) return answered
  const { parse } = await import('./parse.ts')
  return await parse(surroundings)
}

function inPresentWords({ argv, print }: Surroundings): readonly string[] {
  const words = withoutMonitor(argv)
  if (words) print.warn(`\`loopwork monitor\` is going away: use \`loopwork ${words.join(' ')}\``)
  return words ?? argv
}
