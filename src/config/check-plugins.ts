import { LoopworkError } from '../errors.ts'
import { hooksOwner, integrationKeys } from './integrations.ts'
import type { LoopworkConfig } from './loopwork-config.ts'
import { nearest } from './nearest.ts'
import type { LoopworkPlugin } from './plugin-contract.ts'

/** What a plugin is called by. */
const calls = [
  'setup',
  'onConfigLoad',
  'onBackendReady',
  'onLoopStart',
  'onLoopEnd',
  'onTaskStart',
  'onTaskComplete',
  'onTaskFailed',
] as const

/** Checks what a schema cannot say of plugins. Gives what their author should know. */
export function checkPlugins({ plugins = [], ...config }: LoopworkConfig, file: string): string[] {
  assertNames(
    plugins.map((plugin) => (typeof plugin === 'string' ? plugin : plugin.name)),
    config,
    file,
  )
  return plugins.flatMap((plugin) => {
    if (typeof plugin === 'string') return []
    assertCalls(plugin, file)
    return strangersOf(plugin).map((problem) => `${file}: ${problem}`)
  })
}

/** Two plugins of one name would share what they keep; and a name typed twice is mostly a mistake. */
function assertNames(names: readonly string[], config: LoopworkConfig, file: string): void {
  if (names.includes(hooksOwner)) {
    throw new LoopworkError('invalid', `${file}: a plugin has the name ${hooksOwner}, which is taken`, {
      hint: 'Give it another one.',
    })
  }
  const twice = names.find(
    (name, nth) => names.indexOf(name) !== nth || (Object.hasOwn(config, name) && integrationKeys.has(name)),
  )
  if (twice === undefined) return
  throw new LoopworkError('invalid', `${file}: two plugins have the name ${twice}`, {
    hint: 'Rename one, or give the later `override: true` with `withPlugin` to take the place of the earlier.',
  })
}

function assertCalls(plugin: LoopworkPlugin, file: string): void {
  const wrong = calls.find((call) => plugin[call] !== undefined && typeof plugin[call] !== 'function')
  if (wrong === undefined) return
  const found = typeof plugin[wrong]
  throw new LoopworkError('invalid', `${file}: ${wrong} of the plugin ${plugin.name} must be a function`, {
    hint: `It is of type ${found}.`,
  })
}

/** Hooks that nobody will call, because they are written otherwise. Whatever else a plugin has is its own. */
function strangersOf(plugin: LoopworkPlugin): string[] {
  return Object.entries(plugin)
    .filter(([key, value]) => typeof value === 'function' && !(calls as readonly string[]).includes(key))
    .flatMap(([key]) => {
      const meant = nearest(key, calls)
      return meant
        ? [`the plugin ${plugin.name} has a ${key}, which is never called; did you mean ${meant}?`]
        : []
    })
}
