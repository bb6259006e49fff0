import type { ConfigWrapper, LoopworkConfig } from './loopwork-config.ts'
import type { PluginFunction } from './plugin-context.ts'
import type { LoopworkPlugin } from './plugin-contract.ts'

/** The configuration as it is given, for the editor's help. Defaults are filled in when it is used. */
export function defineConfig(config: LoopworkConfig = {}): LoopworkConfig {
  return { ...config, plugins: config.plugins ?? [] }
}

/** A configuration that is worked out when it is needed. */
export function defineConfigAsync(
  make: () => LoopworkConfig | Promise<LoopworkConfig>,
): () => Promise<LoopworkConfig> {
  return async () => defineConfig(await make())
}

/** One wrapper out of many: each is given what the one before it made, from left to right. */
export function compose(...wrappers: readonly ConfigWrapper[]): ConfigWrapper {
  return (config) => wrappers.reduce((made, wrap) => wrap(made), config)
}

/**
 * Adds a plugin: an object with a name, or a named function from facts to requests. One that says `override`
 * takes the place of one with the same name.
 */
export function withPlugin(plugin: LoopworkPlugin | PluginFunction): ConfigWrapper {
  const added = isFunction(plugin) ? fromFunction(plugin) : plugin // what is neither is refused with the rest
  return (config) => {
    const plugins = config.plugins ?? []
    const place = added?.override ? plugins.findIndex((one) => Object(one).name === added.name) : -1
    return { ...config, plugins: place < 0 ? [...plugins, added] : plugins.with(place, added) }
  }
}

/** A function with a name of its own among its keys is a plugin that can also be called: see below. */
function isFunction(plugin: LoopworkPlugin | PluginFunction): plugin is PluginFunction {
  return typeof plugin === 'function' && !Object.keys(plugin).includes('name')
}

function fromFunction(plugin: PluginFunction): LoopworkPlugin {
  return {
    name: plugin.name,
    setup: ({ events$, ask }) => plugin(events$).subscribe((request) => void ask(request)),
  }
}

/** A wrapper that can also stand among `plugins`. */
export type PluginWrapper<Options> = ConfigWrapper & LoopworkPlugin & { readonly options: Options }

/** Makes a wrapper out of a plugin: it adds the plugin, and notes its options under a key of its own. */
export function pluginWrapper<Options>(
  name: string,
  options: Options,
  note: (config: LoopworkConfig) => LoopworkConfig,
  setup?: LoopworkPlugin['setup'],
): PluginWrapper<Options> {
  const wrap: ConfigWrapper = (config) => withPlugin({ ...wrapper, override: true })(note(config))
  const wrapper = Object.defineProperties(wrap, {
    name: { value: name, enumerable: true },
    options: { value: options, enumerable: true },
    ...(setup ? { setup: { value: setup, enumerable: true } } : {}),
  }) as PluginWrapper<Options>
  return wrapper
}
