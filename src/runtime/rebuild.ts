import { isDeepStrictEqual } from 'node:util'
import type { EventLog } from '../ports/event-log.ts'
import type { ViewStore } from '../ports/view-store.ts'
import type { Projection } from '../projections/projection.ts'
import { openView } from './views.ts'

/** What came of folding one view again. */
export type Rebuilt = {
  readonly view: string
  readonly events: number
  readonly rows: number
  /** Rows that were not what the log says. */
  readonly different: number
}

/** Folds every view from the first event, compares it with the one that is kept, and puts it in its place. */
export async function rebuildViews(
  house: { readonly log: EventLog; readonly store: ViewStore },
  projections: readonly Projection[],
  isCheckOnly: boolean,
): Promise<Rebuilt[]> {
  const results: Rebuilt[] = []
  for (const projection of projections) {
    const kept = await openView(projection, house)
    await kept.catchUp()
    const before = await kept.rows<unknown>('')
    const fresh = await openView(projection, {
      log: upTo(house.log, kept.position),
      store: forgetful(house.store),
    })
    await fresh.catchUp()
    const after = await fresh.rows<unknown>('')
    const keys = new Set([...before.keys(), ...after.keys()])
    const different = [...keys].filter((key) => !isDeepStrictEqual(before.get(key), after.get(key))).length
    results.push({ view: projection.name, events: fresh.position, rows: after.size, different })
    if (isCheckOnly) continue
    await house.store.drop(projection.name)
    await fresh.save()
  }
  return results
}

/** The log as it was at a position, so that what others write meanwhile makes no difference. */
function upTo(log: EventLog, position: number): Pick<EventLog, 'readAfter'> {
  return { readAfter: (after) => log.readAfter(after, { limit: Math.max(0, position - after) }) }
}

/** The store, as if it kept nothing yet; what is saved is kept. */
function forgetful(store: ViewStore): ViewStore {
  return {
    checkpoint: async () => null,
    row: async () => undefined,
    rows: async () => [],
    save: (from, to, changes) => store.save(from, to, changes),
    drop: (view) => store.drop(view),
  }
}
