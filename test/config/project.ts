import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { loadConfig } from '../../src/config/load.ts'
import { asFailure } from '../../src/errors.ts'
import { tempFolder } from '../support/temp.ts'

/** The library as configuration files in tests import it. */
export const library = resolve(import.meta.dirname, '../../src/index.ts')

/** A project with these files, gone when the test is over. */
export function project(files: Readonly<Record<string, string>>): string {
  const root = tempFolder()
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true })
    writeFileSync(join(root, name), content)
  }
  return root
}

/** Loads the configuration of a project that holds just this file. */
export function load(content: string, name = 'loopwork.config.ts') {
  return loadConfig({ projectRoot: project({ [name]: content }), env: {}, library })
}

/** The failure that loading this ends with. */
export async function refusal(content: string, name?: string) {
  return load(content, name).then(
    ({ config }) => {
      throw new Error(`it was loaded: ${JSON.stringify(config)}`)
    },
    (thrown: unknown) => asFailure(thrown),
  )
}
