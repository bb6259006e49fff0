import type { PluginStore } from '../ports/plugin-store.ts'
import { type Parked, parkedOf } from './parked.ts'
import { checkpointKey, type PluginReport, reportKey } from './reports.ts'

/** A plugin as `status`, `doctor` and `plugins list` show it. */
export type PluginStatus = PluginReport & {
  /** The position up to which it has heard; null for one that hears only what happens now. */
  readonly heardUpTo: number | null
  readonly parked: readonly Parked[]
}

/** Every plugin of a namespace as it was when it last ran, by name. */
export async function overview(store: PluginStore, namespace?: string): Promise<readonly PluginStatus[]> {
  const found: PluginStatus[] = []
  for (const owner of await store.owners()) {
    const report = (await store.get(owner, reportKey)) as PluginReport | undefined
    if (!report || (namespace && report.namespace !== namespace)) continue
    const heardUpTo = ((await store.get(owner, checkpointKey)) as number | undefined) ?? null
    found.push({ ...report, heardUpTo, parked: await parkedOf(store, owner) })
  }
  return found
}

/** Whether a person should look at a plugin. */
export function isNoteworthy({ state, refused, throttled, parked, errors }: PluginStatus): boolean {
  return state !== 'running' || refused + throttled + parked.length + errors > 0
}

/** How a plugin fares, in one line. */
export function fate(status: PluginStatus): string {
  const { state, problem, errors, refused, throttled, parked } = status
  const counts = [
    [errors, errors === 1 ? 'error' : 'errors'],
    [refused, refused === 1 ? 'request refused' : 'requests refused'],
    [throttled, throttled === 1 ? 'request too many' : 'requests too many'],
    [parked.length, 'undelivered and parked'],
  ] as const
  const told = counts.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`)
  return [state, ...told, ...(problem ? [problem] : [])].join(', ')
}
