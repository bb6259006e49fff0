import type { Io } from './io.ts'
import { withImpliedRun } from './legacy.ts'
import { printTo } from './print.ts'
import { reportFailure } from './report-failure.ts'
import { shortcut } from './shortcut.ts'

/** The whole command line as a function: words in, exit code out. */
export async function run(words: readonly string[], io: Io): Promise<number> {
  const argv = withImpliedRun(words)
  const surroundings = { io, print: printTo(io), argv }
  try {
    const answered = await shortcut(surroundings)
    if (answered !== null) return answered
    const { parse } = await import('./parse.ts')
    return await parse(surroundings)
  } catch (thrown) {
    return reportFailure(thrown, surroundings)
  }
}
