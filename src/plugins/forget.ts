import { hooksOwner } from '../config/integrations.ts'
import type { LoopworkPlugin } from '../config/plugin-contract.ts'
import type { PluginStore } from '../ports/plugin-store.ts'
import { hasHooks } from './hooks.ts'
import { parkedOf, retryKey } from './parked.ts'
import { checkpointKey, type PluginReport, reportKey } from './reports.ts'

/**
 * Forgets how the plugins fared that a namespace has no more, and how far they had heard; what they keep for
 * themselves stays, in case they come back. One that something is parked for is named until that is let go of.
 */
export async function forgetRemoved(
  store: PluginStore,
  {
    namespace,
    plugins,
    integrations,
  }: {
    readonly namespace: string
    readonly plugins: readonly LoopworkPlugin[]
    readonly integrations: readonly string[]
  },
): Promise<void> {
  const names = new Set([...integrations, ...plugins.map(({ name }) => name)])
  if (plugins.some(hasHooks)) names.add(hooksOwner)
  for (const owner of await store.owners()) {
    const report = (await store.get(owner, reportKey)) as PluginReport | undefined
    if (report?.namespace !== namespace || names.has(report.plugin)) continue
    await store.put(owner, [
      [reportKey, (await parkedOf(store, owner)).length > 0 ? removed(report) : undefined],
      [checkpointKey, undefined],
      [retryKey, undefined],
    ])
  }
}

function removed(report: PluginReport): PluginReport {
  const none = { errors: 0, refused: 0, throttled: 0, deaths: 0 }
  return { ...report, ...none, state: 'removed', problem: 'no longer configured' }
}
