import { isDeepStrictEqual } from 'node:util'
import type { PluginStore } from '../../ports/plugin-store.ts'

/** What plugins leave behind, for as long as their process lasts. Values are copied in and out. */
export function createMemoryPluginStore(): PluginStore {
  const owners = new Map<string, Map<string, unknown>>()
  return {
    get: async (owner, key) => structuredClone(owners.get(owner)?.get(key)),
    rows: async (owner, prefix) =>
      [...(owners.get(owner) ?? [])]
        .filter(([key]) => key.startsWith(prefix))
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, value]) => [key, structuredClone(value)] as const),
    owners: async () => [...owners].flatMap(([owner, rows]) => (rows.size > 0 ? owner : [])).sort(),
    put: async (owner, rows, onlyIf) => {
      const kept = owners.get(owner) ?? new Map<string, unknown>()
      if (onlyIf && !isDeepStrictEqual(kept.get(onlyIf[0]), onlyIf[1])) return false
      owners.set(owner, kept)
      for (const [key, value] of rows) {
        if (value === undefined) kept.delete(key)
        else kept.set(key, structuredClone(value))
      }
      return true
    },
  }
}
