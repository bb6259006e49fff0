import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'

/** Where bundles, peers and generated stores are kept between runs. On the disk of the project. */
export const cacheFolder = resolve('node_modules/.cache/loopwork-bench')

/** A folder on the disk of the project that is gone when the process has ended. */
export function scratchFolder(): string {
  mkdirSync(cacheFolder, { recursive: true })
  const folder = mkdtempSync(join(cacheFolder, 'scratch-'))
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
  return folder
}
