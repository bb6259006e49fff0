import type { App } from '../app.ts'
import type { Settings } from '../config/settings.ts'
import { hasHooks } from '../plugins/hooks.ts'
import { checkpointKey, ownerOf } from '../plugins/reports.ts'
import type { Surroundings } from './open-run.ts'
import type { SessionPlan } from './session.ts'
import { type PluginProcess, startPlugins } from './start-plugins.ts'

type PluginsOf = {
  readonly settings: Settings
  readonly configFile: string | null
  readonly plan: SessionPlan
  readonly surroundings: Surroundings
}

/** The plugins of the configuration, in their own process; null where there are none to listen. */
export function pluginsOf(
  app: App,
  { settings: { plugins, ...settings }, configFile, plan, surroundings }: PluginsOf,
  before: number,
  say: (text: string) => void,
): PluginProcess | null {
  const isNeeded =
    settings.integrations.length > 0 || plugins.some((plugin) => plugin.setup || hasHooks(plugin))
  if (!isNeeded) return null
  const { projectRoot, stateDir } = app
  const { library, cwd, env, pluginHostFile: program, keeperFile, home, isRoot } = surroundings
  const { session } = plan
  const from = { from: before, liveFrom: before }
  const place = { projectRoot, stateDir, cwd, configFile, library, keeperFile, home, isRoot }
  const order = { ...place, settings, session, ...from }
  return startPlugins(app, { program, order, env, say })
}

/** The position up to which a plugin has heard; where it has heard nothing yet, that at which it begins. */
export async function heardUpTo(
  { plugins }: Pick<App, 'plugins'>,
  namespace: string,
  plugin: string,
  beginning: number,
): Promise<number> {
  const heard = await plugins.get(ownerOf(namespace, plugin), checkpointKey)
  return typeof heard === 'number' ? heard : beginning
}
