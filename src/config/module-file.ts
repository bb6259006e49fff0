import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { LoopworkError } from '../errors.ts'
import { importFailure, missingName } from './import-failure.ts'
import { isObject } from './is-object.ts'

/** What a configuration file may import the library as, next to its own name. */
const packages = [
  'loopwork',
  'loopwork/backends',
  '@loopwork-ai/loopwork',
  '@loopwork-ai/loopwork/backends',
  ...['telegram', 'discord', 'asana', 'everhour', 'todoist', 'cost-tracking', 'dashboard', 'claude-code'].map(
    (name) => `@loopwork-ai/${name}`,
  ),
]

/** Files of an old layout that configurations still import the library from. */
const oldFiles = ['./src/loopwork-config-types', './src/backend-plugin']

type Library = Readonly<Record<string, unknown>>

/**
 * Runs a configuration file and gives what it exports, called and awaited. Imports of the library are met by
 * ours, installed or not. Fails with `invalid`, naming the place.
 */
export async function runConfigModule(given: {
  readonly file: string
  readonly shown: string
  readonly env: Readonly<Record<string, string>>
  readonly library: string
}): Promise<{ readonly value: unknown; readonly warnings: readonly string[] }> {
  const { file, shown, env } = given
  const library: Library = await import(pathToFileURL(given.library).href)
  const { createJiti } = await import('jiti')
  const virtualModules = libraryNames(file, library)
  const run = async () => {
    const jiti = createJiti(file, {
      moduleCache: false,
      fsCache: cacheFolder(env),
      interopDefault: false,
      virtualModules,
    })
    return settle(await jiti.import(file), shown)
  }
  const lent = new Set<string>()
  for (;;) {
    try {
      const value = await lending(library, lent, run)
      return { value, warnings: [...lent].map((name) => unimported(shown, name)) }
    } catch (thrown) {
      const missing = missingName(thrown)
      if (missing === null || lent.has(missing) || !Object.hasOwn(library, missing)) {
        throw importFailure(thrown, { file, shown, exports: Object.keys(library) })
      }
      lent.add(missing)
    }
  }
}

function unimported(shown: string, name: string): string {
  return `${shown}: ${name} is used but not imported; add it to the import from 'loopwork'.`
}

/** The compiled form of configurations, kept where only the user can write; false: nowhere. */
function cacheFolder(env: Readonly<Record<string, string>>): string | false {
  const base = env.XDG_CACHE_HOME || (env.HOME && join(env.HOME, '.cache'))
  return base ? join(resolve(base), 'loopwork', 'config') : false
}

function libraryNames(file: string, library: Library): Record<string, unknown> {
  const folder = dirname(file)
  const isTheirs = (name: string) =>
    ['.ts', '.js', '.mts', '.mjs'].some((end) => existsSync(join(folder, name + end)))
  const gone = oldFiles.filter((name) => !isTheirs(name))
  const spellings = gone.flatMap((name) => [name, `${name}.ts`, `${name}.js`])
  return Object.fromEntries([...packages, ...spellings].map((name) => [name, library]))
}

/** Calls and awaits what a file exports, until it is a value. */
async function settle(module: unknown, shown: string): Promise<unknown> {
  const exported: unknown = await (isObject(module) && 'default' in module ? module.default : module)
  if (isObject(exported) && exported === module && isNamespace(exported)) {
    throw new LoopworkError('invalid', `${shown} has no default export`, {
      hint: 'End the file with `export default defineConfig({ … })`.',
    })
  }
  return typeof exported === 'function' ? await exported({}) : exported
}

function isNamespace(module: object): boolean {
  return Object.hasOwn(module, '__esModule') || Object.prototype.toString.call(module) === '[object Module]'
}

/** Lets a configuration use parts of the library that it forgot to import, for as long as it runs. */
async function lending<T>(library: Library, names: ReadonlySet<string>, run: () => Promise<T>): Promise<T> {
  for (const name of names)
    Object.defineProperty(globalThis, name, { value: library[name], configurable: true })
  try {
    return await run()
  } finally {
    for (const name of names) Reflect.deleteProperty(globalThis, name)
  }
}
