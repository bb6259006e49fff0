import type { Checkpoint, RowChange, ViewStore } from '../../ports/view-store.ts'
import { decode, encode } from './codec.ts'
import { storeFailure } from './failures.ts'
import type { Gate } from './gate.ts'
import type { Tables } from './tables.ts'

/** How many rows are deleted in one transaction: others must be able to write in between. */
const chunk = 2_000

/** The rows of the views, in the same environment as the log. */
export function createViewStore({ tables, gate }: { tables: Tables; gate: Gate }): ViewStore {
  const { root, rows, checkpoints } = tables

  const checkpointOf = (view: string): Checkpoint | null => {
    const bytes = checkpoints.get(view)
    return bytes ? (decode(bytes, () => `the checkpoint of ${view}`) as Checkpoint) : null
  }

  const commit = <T>(doing: string, writes: number, work: () => T): Promise<T> =>
    gate
      .pass('shared', () => {
        tables.assertRoom(writes)
        return root.transactionSync(work)
      })
      .catch((thrown) => {
        throw storeFailure(thrown, doing)
      })

  return {
    checkpoint: async (view) => {
      root.resetReadTxn()
      return checkpointOf(view)
    },

    row: async (view, key) => {
      root.resetReadTxn()
      const bytes = rows.get([view, key])
      return bytes ? decode(bytes, () => `row ${key} of ${view}`) : undefined
    },

    rows: async (view, prefix) => {
      root.resetReadTxn()
      const found: RowChange[] = []
      for (const { key, value } of rows.getRange({ start: [view, prefix] })) {
        if (key[0] !== view || !key[1].startsWith(prefix)) break
        found.push([key[1], decode(value, () => `row ${key[1]} of ${view}`)])
      }
      return found
    },

    save: (from, to, changes) => {
      const encoded = changes.map(([key, row]) => [key, row === undefined ? null : encode(row)] as const)
      return commit(`keeping the view ${to.view}`, encoded.length, () => {
        const now = checkpointOf(to.view)
        if (now?.position !== from?.position || now?.version !== from?.version) return false
        for (const [key, bytes] of encoded) {
          if (bytes) rows.putSync([to.view, key], bytes)
          else rows.removeSync([to.view, key])
        }
        checkpoints.putSync(to.view, encode(to))
        return true
      })
    },

    drop: async (view) => {
      await commit(`dropping the view ${view}`, 1, () => checkpoints.removeSync(view))
      for (let isDone = false; !isDone; ) {
        isDone = await commit(`dropping the view ${view}`, 1, () => {
          const keys = [...rows.getKeys({ start: [view, ''], limit: chunk })].filter(
            ([name]) => name === view,
          )
          for (const key of keys) rows.removeSync(key)
          return keys.length < chunk
        })
      }
    },
  }
}
