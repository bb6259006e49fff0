import { statSync } from 'node:fs'
import { relative, resolve } from 'node:path'
import { LoopworkError } from '../errors.ts'
import { type CheckedConfig, checkConfig, show } from './check.ts'
import { isObject } from './is-object.ts'
import { configNames, findConfigFile } from './project-root.ts'

/** A checked configuration, the file it came from (null: there is none), and what its author should know. */
export type LoadedConfig = CheckedConfig & { readonly file: string | null }

/**
 * Finds, runs and checks the configuration of a project. `configPath` is a file or a folder, relative to `cwd`;
 * `library` is the file that `loopwork` in an import stands for. Fails with `invalid` and the place of the fault.
 */
export async function loadConfig(given: {
  readonly projectRoot: string
  readonly env: Readonly<Record<string, string>>
  readonly library: string
  readonly configPath?: string | undefined
  readonly cwd?: string | undefined
}): Promise<LoadedConfig> {
  const { projectRoot, configPath, env, library, cwd = projectRoot } = given
  const file =
    configPath === undefined
      ? findConfigFile(projectRoot)
      : findChosenFile(resolve(cwd, configPath), configPath)
  if (file === null) return { config: {}, file, warnings: [] }
  const shown = nameOf(file, projectRoot)
  const { value, warnings } = await evaluate({ file, shown, env, library })
  const checked = checkConfig(value, shown)
  if ((checked.config.plugins ?? []).length === 0)
    return { config: checked.config, file, warnings: [...warnings, ...checked.warnings] }
  const { askPlugins, loadPackages } = await import('./prepare-plugins.ts')
  const loaded = checkConfig(await loadPackages(checked.config, projectRoot), shown)
  const asked = await askPlugins(loaded.config, (made) => checkConfig(made, shown).config)
  return { config: asked.config, file, warnings: [...warnings, ...checked.warnings, ...asked.warnings] }
}

function findChosenFile(path: string, asGiven: string): string {
  const status = statSync(path, { throwIfNoEntry: false })
  const file = status?.isDirectory() ? findConfigFile(path) : status && path
  if (file) return file
  throw new LoopworkError(
    'invalid',
    status ? `--config: the folder ${asGiven} holds no configuration` : `--config: there is no ${asGiven}`,
    { hint: `Give a file, or a folder that holds one of ${configNames.join(', ')}.` },
  )
}

function nameOf(file: string, projectRoot: string): string {
  const name = relative(projectRoot, file)
  return name.startsWith('..') ? file : name
}

type Evaluated = { readonly value: unknown; readonly warnings: readonly string[] }

async function evaluate(given: {
  readonly file: string
  readonly shown: string
  readonly env: Readonly<Record<string, string>>
  readonly library: string
}): Promise<Evaluated> {
  const { file, shown } = given
  if (file.endsWith('.json')) {
    const { readJsonConfig } = await import('./json-file.ts')
    return { value: readJsonConfig(file, shown), warnings: [] }
  }
  const { runConfigModule } = await import('./module-file.ts')
  const made = await runConfigModule(given)
  if (isObject(made.value)) return made
  throw new LoopworkError(
    'invalid',
    `${shown}: the default export gives ${show(made.value, '')}, not an object`,
    {
      hint: 'End the file with `export default defineConfig({ … })`.',
    },
  )
}
