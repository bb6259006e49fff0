import { readFileSync } from 'node:fs'

/** The version of the package that this code belongs to. */
export function version(): string {
  for (const up of ['../', '../../', './']) {
    try {
      const text = readFileSync(new URL(`${up}package.json`, import.meta.url), 'utf8')
      const { name, version: found } = JSON.parse(text) as { name?: string; version?: string }
      if (name === 'loopwork' && found) return found
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code !== 'ENOENT') throw thrown
    }
  }
  return 'unknown'
}
