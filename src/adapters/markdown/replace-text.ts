import { renameSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

/** Replaces a file, whole or not at all. */
export function replaceText(file: string, text: string): void {
  const passing = join(dirname(file), `.${basename(file)}.tmp`)
  writeFileSync(passing, text)
  renameSync(passing, file)
}
