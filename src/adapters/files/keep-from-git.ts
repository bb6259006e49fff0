import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Keeps the state folder out of version control, whatever the project's own `.gitignore` says: an agent that adds
 * all files to a commit would commit the store and the prompts.
 */
export function keepFromGit(stateDir: string): void {
  const path = join(stateDir, '.gitignore')
  if (existsSync(path)) return
  try {
    writeFileSync(path, '*\n', { flag: 'wx', mode: 0o600 })
  } catch {
    // another process was first, or the disk is full, which the store will tell
  }
}
