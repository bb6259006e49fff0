import type { PluginRow, PluginStore } from '../../ports/plugin-store.ts'
import { decode, encode } from './codec.ts'
import { storeFailure } from './failures.ts'
import type { Gate } from './gate.ts'
import type { Tables } from './tables.ts'

/** What plugins leave behind, in the same environment as the log. */
export function createPluginStore({ tables, gate }: { tables: Tables; gate: Gate }): PluginStore {
  const { root, plugins } = tables

  return {
    get: async (owner, key) => {
      root.resetReadTxn()
      const bytes = plugins.get([owner, key])
      return bytes ? decode(bytes, () => `what ${owner} keeps as ${key}`) : undefined
    },

    rows: async (owner, prefix) => {
      root.resetReadTxn()
      const found: PluginRow[] = []
      for (const { key, value } of plugins.getRange({ start: [owner, prefix] })) {
        if (key[0] !== owner || !key[1].startsWith(prefix)) break
        found.push([key[1], decode(value, () => `what ${owner} keeps as ${key[1]}`)])
      }
      return found
    },

    owners: async () => {
      root.resetReadTxn()
      return [...new Set([...plugins.getKeys()].map(([owner]) => owner))]
    },

    put: async (owner, rows, onlyIf) => {
      const encoded = rows.map(([key, value]) => [key, value === undefined ? null : encode(value)] as const)
      const write = (): boolean => {
        if (onlyIf && !isSame(plugins.get([owner, onlyIf[0]]), onlyIf[1])) return false
        for (const [key, bytes] of encoded) {
          if (bytes) plugins.putSync([owner, key], bytes)
          else plugins.removeSync([owner, key])
        }
        return true
      }
      try {
        return await gate.pass('shared', () => root.transactionSync(write))
      } catch (thrown) {
        throw storeFailure(thrown, `keeping something for ${owner}`)
      }
    },
  }
}

function isSame(found: Buffer | undefined, expected: unknown): boolean {
  return expected === undefined ? found === undefined : (found?.equals(encode(expected)) ?? false)
}
