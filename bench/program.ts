import { spawnSync } from 'node:child_process'
import { resolve } from 'node:path'

/** The built program. */
export const program = resolve('dist/cli/main.js')

/** How long Node takes to run these words to a good end, in milliseconds of wall-clock time. */
export function milliseconds(args: readonly string[], cwd: string): number {
  const start = performance.now()
  const { status, stderr } = spawnSync(process.execPath, args, { cwd, encoding: 'utf8' })
  const wall = performance.now() - start
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}: ${stderr}`)
  return wall
}
