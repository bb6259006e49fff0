import type { App } from '../../app.ts'
import { overview } from '../../plugins/overview.ts'
import type { PluginRow } from '../../web/shapes.ts'

/** How all plugins fare, with what each has still to hear of the log. */
export async function pluginRows(app: Pick<App, 'plugins' | 'log'>): Promise<readonly PluginRow[]> {
  const head = await app.log.head()
  return (await overview(app.plugins)).map(({ heardUpTo, ...status }) => ({
    ...status,
    lag: heardUpTo === null ? null : Math.max(0, head - heardUpTo),
  }))
}
