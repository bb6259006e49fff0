import type { ConfigWrapper, LoopworkConfig } from './loopwork-config.ts'
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

/** Adds a plugin; one of the same name gives it its place. */
export function withPlugin(plugin: LoopworkPlugin): ConfigWrapper {
  return (config) => {
    const plugins = config.plugins ?? []
    const place = plugins.findIndex(({ name }) => name === plugin.name)
    return { ...config, plugins: place < 0 ? [...plugins, plugin] : plugins.with(place, plugin) }
  }
}

/** A wrapper that can also stand among `plugins`. */
export type PluginWrapper<Options> = ConfigWrapper & LoopworkPlugin & { readonly options: Options }

/** Makes a wrapper out of a plugin: it adds the plugin, and notes its options under a key of its own. */
export function pluginWrapper<Options>(
  name: string,
  options: Options,
  note: (config: LoopworkConfig) => LoopworkConfig,
): PluginWrapper<Options> {
  const wrap: ConfigWrapper = (config) => withPlugin({ ...wrapper })(note(config))
  const wrapper = Object.defineProperties(wrap, {
    name: { value: name, enumerable: true },
    options: { value: options, enumerable: true },
  }) as PluginWrapper<Options>
  return wrapper
}
