import { resolve } from 'node:path'
import { findProjectRoot } from '../config/project-root.ts'
import type { Io } from './io.ts'

/** Where the state of the project around the current folder is, without reading its configuration. */
export function findState({ cwd, env }: Io): { readonly root: string; readonly stateDir: string } {
  const root = findProjectRoot(cwd)
  return { root, stateDir: resolve(root, env.LOOPWORK_STATE_DIR || '.loopwork-state') }
}
