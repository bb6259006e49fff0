import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'

/** What a configuration file may be called, in the order in which they are looked for. */
export const configNames = [
  'loopwork.config.ts',
  'loopwork.config.mts',
  'loopwork.config.js',
  'loopwork.config.mjs',
  'loopwork.config.json',
] as const

/** The folder a project begins at: where the nearest configuration is, else the nearest .git or package.json. */
export function findProjectRoot(cwd: string): string {
  const folders = upward(resolve(cwd))
  return (
    folders.find((folder) => findConfigFile(folder) !== null) ??
    folders.find((folder) => existsSync(join(folder, '.git')) || existsSync(join(folder, 'package.json'))) ??
    resolve(cwd)
  )
}

/** The configuration file in a folder; null where there is none. */
export function findConfigFile(folder: string): string | null {
  return configNames.map((name) => join(folder, name)).find((path) => existsSync(path)) ?? null
}

function upward(folder: string): string[] {
  const parent = dirname(folder)
  return parent === folder ? [folder] : [folder, ...upward(parent)]
}
