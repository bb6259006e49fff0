import type { Leases } from '../../ports/leases.ts'
import { storeFailure } from './failures.ts'
import { isRightful } from './fences.ts'
import type { Gate } from './gate.ts'
import type { Tables } from './tables.ts'

/** The leases beside the fences, so that a renewal and a takeover cannot both succeed. */
export function createLeases({ tables, gate }: { tables: Tables; gate: Gate }): Leases {
  const { root, leases } = tables
  return {
    renew: async (held, until) => {
      try {
        return await gate.pass('shared', () => {
          tables.assertRoom(1)
          return root.transactionSync(() => {
            if (!isRightful(tables, held)) return false
            leases.putSync(held.name, until.getTime())
            return true
          })
        })
      } catch (thrown) {
        throw storeFailure(thrown, 'renewing a lease')
      }
    },

    until: async (name) => {
      root.resetReadTxn()
      const found = leases.get(name)
      return found === undefined ? null : new Date(found)
    },
  }
}
