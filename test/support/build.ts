import { execFileSync } from 'node:child_process'

/** Builds the program once, so that tests which start processes run what users run. */
export function setup(): void {
  if (process.env.LOOPWORK_TEST_NO_BUILD) return
  execFileSync(process.execPath, ['scripts/build.mjs'], { stdio: 'inherit' })
}
