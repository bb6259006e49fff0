import { join } from 'node:path'
import { asFailure, LoopworkError } from '../errors.ts'
import { isObject } from './is-object.ts'
import type { LoopworkConfig } from './loopwork-config.ts'
import type { LoopworkPlugin } from './plugin-contract.ts'

/** How long a plugin may think about the configuration. */
const patienceMs = 10_000

/** Loads plugins that are named as packages. They are looked for from the project's folder. */
export async function loadPackages(config: LoopworkConfig, projectRoot: string): Promise<LoopworkConfig> {
  const { plugins } = config
  if (!plugins?.some((plugin) => typeof plugin === 'string')) return config
  const { createJiti } = await import('jiti')
  const jiti = createJiti(join(projectRoot, 'loopwork.config.ts'), { interopDefault: true })
  const load = async (name: string): Promise<LoopworkPlugin> => {
    const found = await jiti.import(name, { default: true }).catch((thrown: unknown) => {
      const [reason] = asFailure(thrown).message.split('\n') // the rest is where it was looked for
      throw new LoopworkError('invalid', `the plugin ${name} could not be loaded: ${reason}`, {
        hint: `Is it installed? npm install ${name}`,
        cause: thrown,
      })
    })
    const made: unknown = typeof found === 'function' ? await found() : found
    if (isObject(made) && typeof made.name === 'string') return made as LoopworkPlugin
    throw new LoopworkError('invalid', `${name} is not a plugin`, {
      hint: 'Its default export must be a plugin, or a function that gives one.',
    })
  }
  const loaded = plugins.map((plugin) => (typeof plugin === 'string' ? load(plugin) : plugin))
  return { ...config, plugins: await Promise.all(loaded) }
}

/** Lets every plugin look at the configuration and change it, in their order; one that fails is passed over. */
export async function askPlugins(
  config: LoopworkConfig,
  check: (config: unknown) => LoopworkConfig,
): Promise<{ readonly config: LoopworkConfig; readonly warnings: readonly string[] }> {
  const warnings: string[] = []
  let asked = config
  for (const plugin of config.plugins ?? []) {
    if (typeof plugin === 'string' || typeof plugin.onConfigLoad !== 'function') continue
    try {
      const made: unknown = await logAside(() => inTime(plugin.onConfigLoad?.(asked)))
      if (made !== undefined) asked = check(made)
    } catch (thrown) {
      warnings.push(`plugin ${plugin.name}: its onConfigLoad failed: ${asFailure(thrown).message}`)
    }
  }
  return { config: asked, warnings }
}

/** What is logged meanwhile goes to standard error: standard output belongs to the answers of commands. */
async function logAside<T>(work: () => Promise<T>): Promise<T> {
  const { console: shown } = globalThis
  const { log, info } = shown
  Object.assign(shown, { log: shown.error, info: shown.error })
  try {
    return await work()
  } finally {
    Object.assign(shown, { log, info })
  }
}

async function inTime<T>(work: T | Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`it has not ended after ${patienceMs / 1000} s`)), patienceMs)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
