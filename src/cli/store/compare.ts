import { openLmdbStore } from '../../adapters/lmdb/store.ts'
import { createProcesses } from '../../adapters/supervisor/processes.ts'
import { type App, openApp } from '../../app.ts'
import type { EventLog } from '../../ports/event-log.ts'
import { type LoopRow, loops, sessionOwnerPrefix } from '../../projections/loops.ts'
import type { findState } from '../find-state.ts'

/** What would be lost if one store took the place of another. */
export type Comparison = {
  readonly present: number
  readonly incoming: number
  /** Whether the shorter log is a beginning of the longer one. */
  readonly isSameHistory: boolean
  /** Loops that live on the present store. */
  readonly running: readonly { readonly namespace: string; readonly pid: number }[]
}

/** Opens the present store and the one in `folder`; may die of damage, so it is run in a process of its own. */
export async function compareStores(
  { root, stateDir }: ReturnType<typeof findState>,
  folder: string,
): Promise<Comparison> {
  const app = await openApp({ projectRoot: root, stateDir })
  const incoming = await openLmdbStore({ path: folder, clock: app.clock, newId: app.newId })
  try {
    const heads = { present: await app.log.head(), incoming: await incoming.log.head() }
    const shared = Math.min(heads.present, heads.incoming)
    return {
      ...heads,
      isSameHistory: (await idAt(app.log, shared)) === (await idAt(incoming.log, shared)),
      running: await runningOn(app),
    }
  } finally {
    await incoming.close()
    await app.close()
  }
}

/** Each event vouches for all before it, so that one is enough. */
async function idAt(log: EventLog, position: number): Promise<string | null> {
  for await (const [fact] of log.readAfter(position - 1, { limit: 1 })) return fact?.id ?? null
  return null
}

async function runningOn(app: App): Promise<Comparison['running']> {
  const processes = createProcesses()
  const rows = await (await app.view(loops)).rows<LoopRow>('')
  return [...rows].flatMap(([key, { holder, namespace }]) =>
    !key.startsWith(sessionOwnerPrefix) && holder && processes.isAlive(holder)
      ? { namespace, pid: holder.pid }
      : [],
  )
}
