import type { PluginRow, PluginStore } from '../../ports/plugin-store.ts'
import { decode, encode } from './codec.ts'
import { storeFailure } from './failures.ts'
import type { Gate } from './gate.ts'
import type { Tables } from './tables.ts'

/** How long a write waits for others to share its commit: plugins must not take the disk from the loop. */
const gatherMs = 40

type Waiting = {
  readonly owner: string
  readonly rows: readonly (readonly [key: string, bytes: Buffer | null])[]
  readonly onlyIf: PluginRow | undefined
  resolve(isWritten: boolean): void
  reject(thrown: unknown): void
}

/** What plugins leave behind, in the same environment as the log. */
export function createPluginStore({ tables, gate }: { tables: Tables; gate: Gate }): PluginStore & {
  /** Resolves when nothing waits to be written any more. */
  settled(): Promise<void>
} {
  const { root, plugins } = tables
  let waiting: Waiting[] = []
  let flushing: Promise<void> | null = null

  const write = ({ owner, rows, onlyIf }: Waiting): boolean => {
    if (onlyIf && !isSame(plugins.get([owner, onlyIf[0]]), onlyIf[1])) return false
    for (const [key, bytes] of rows) {
      if (bytes) plugins.putSync([owner, key], bytes)
      else plugins.removeSync([owner, key])
    }
    return true
  }

  const flushOnce = async (): Promise<void> => {
    const now = waiting
    waiting = []
    try {
      const written = await gate.pass('shared', () => {
        tables.assertRoom(now.reduce((sum, { rows }) => sum + rows.length, 0))
        return root.transactionSync(() => now.map(write))
      })
      for (const [nth, { resolve }] of now.entries()) resolve(written[nth] ?? false)
    } catch (thrown) {
      for (const { owner, reject } of now) reject(storeFailure(thrown, `keeping something for ${owner}`))
    }
  }

  const flush = async (): Promise<void> => {
    while (waiting.length > 0) {
      await new Promise((resolve) => setTimeout(resolve, gatherMs))
      await flushOnce()
    }
    flushing = null
  }

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

    put: (owner, rows, onlyIf) =>
      new Promise((resolve, reject) => {
        const encoded = rows.map(([key, value]) => [key, value === undefined ? null : encode(value)] as const)
        waiting.push({ owner, rows: encoded, onlyIf, resolve, reject })
        flushing ??= flush()
      }),

    settled: async () => {
      await flushing
    },
  }
}

function isSame(found: Buffer | undefined, expected: unknown): boolean {
  return expected === undefined ? found === undefined : (found?.equals(encode(expected)) ?? false)
}
