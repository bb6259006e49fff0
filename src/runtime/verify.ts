import type { AnyMachineSnapshot } from 'xstate'
import { asFailure } from '../errors.ts'
import type { Fact } from '../events/catalogue.ts'
import type { StreamId } from '../events/event.ts'
import { evolve, unbornLife } from '../machines/evolve.ts'
import { machineOf } from '../machines/subjects.ts'
import type { Flaw, Inspection } from '../ports/inspection.ts'
import { fold, type Projection } from '../projections/projection.ts'
import { createSpareRows, type SpareRows } from './spare-rows.ts'

/** What one look at the store came to. */
export type Check = {
  readonly name: 'events' | 'leases' | 'views' | 'histories'
  /** How many events, leases or rows were seen to be right. */
  readonly checked: number
  readonly flaw: Flaw | null
}

/**
 * Reads the whole store and holds its parts against each other. Keeps no more of it than the views hold, and
 * of what they hold as little as may be; what follows from events is checked only while the events are whole.
 */
export async function verifyStore(
  inspection: Inspection,
  projections: readonly Projection[],
): Promise<Check[]> {
  const refolded = projections.flatMap((projection) => refold(projection, inspection) ?? [])
  const epochs = new Map<string, number>()
  const events = await checkEvents(inspection, (fact) => {
    if (fact.event.type === 'loop.started') epochs.set(fact.stream, fact.event.data.epoch)
    for (const { take } of refolded) take(fact)
  })
  if (events.flaw) return [events]
  return [
    events,
    checkLeases(inspection, epochs),
    checkViews(
      inspection,
      refolded.flatMap(({ result }) => result()),
    ),
    await checkHistories(inspection),
  ]
}

async function checkEvents(inspection: Inspection, take: (fact: Fact) => void): Promise<Check> {
  const { head, acknowledged } = inspection
  let checked = 0
  for await (const { facts, flaw } of inspection.readAll()) {
    for (const fact of facts) take(fact)
    checked += facts.length
    if (flaw) return { name: 'events', checked, flaw }
  }
  const flaw = {
    position: head + 1,
    stream: null,
    problem: `the log ends at position ${head}, though position ${acknowledged} was on disk: the store was wound back`,
  }
  return { name: 'events', checked, flaw: acknowledged > head ? flaw : null }
}

/** Who may write is kept beside the log; the log says who took over when. */
function checkLeases({ fences }: Inspection, epochs: ReadonlyMap<string, number>): Check {
  const names = new Set([...fences.keys(), ...epochs.keys()])
  const wrong = [...names].find((name) => fences.get(name) !== epochs.get(name))
  if (wrong === undefined) return { name: 'leases', checked: names.size, flaw: null }
  const problem = `the lease of ${wrong} is at ${fences.get(wrong) ?? 'nothing'}, in the log at ${epochs.get(wrong) ?? 'nothing'}`
  return { name: 'leases', checked: 0, flaw: { position: null, stream: wrong, problem } }
}

type Refolded = { take(fact: Fact): void; result(): { rows: number; flaw: Flaw | null } }

/** Folds a view as far as the kept one goes, and compares. Null where none is kept, or one of another version. */
function refold(projection: Projection, { views, head }: Inspection): Refolded | null {
  const kept = views.get(projection.name)
  if (!kept) return null
  if ('problem' in kept) return { take: () => undefined, result: () => ({ rows: 0, flaw: kept }) }
  const { checkpoint, digests } = kept
  if (checkpoint.version !== projection.version) return null
  const rows = createSpareRows()
  const flaw = (problem: string): Flaw => ({ position: null, stream: null, problem })
  return {
    take: (fact) => {
      if (fact.position <= checkpoint.position) fold(projection, rows, fact)
    },
    result: () => {
      if (checkpoint.position > head) {
        const problem = `the view ${projection.name} has seen position ${checkpoint.position}, the log ends at ${head}`
        return { rows: 0, flaw: flaw(problem) }
      }
      const wrong = differing(digests, rows)
      if (wrong === null) return { rows: digests.size, flaw: null }
      return { rows: 0, flaw: flaw(`row ${wrong} of the view ${projection.name} is not what the log says`) }
    },
  }
}

/** The key of a row that only one of the two has, or that is not the same in both; null where there is none. */
function differing(kept: ReadonlyMap<string, number>, folded: SpareRows): string | null {
  let same = 0
  for (const [key, digest] of folded.digests()) {
    if (kept.get(key) !== digest) return key
    same += 1
  }
  if (same === kept.size) return null
  return [...kept.keys()].find((key) => folded.get(key) === undefined) ?? null
}

/** Where two loops share a store, a view that another version left behind is none of ours. */
function checkViews({ views }: Inspection, results: readonly { rows: number; flaw: Flaw | null }[]): Check {
  const unreadable = [...views.values()].find((view): view is Flaw => 'problem' in view)
  return {
    name: 'views',
    checked: results.reduce((sum, { rows }) => sum + rows, 0),
    flaw: results.find(({ flaw }) => flaw)?.flaw ?? unreadable ?? null,
  }
}

/** Folds every history through its chart, one after the other. */
async function checkHistories(inspection: Inspection): Promise<Check> {
  let checked = 0
  let stream: StreamId | null = null
  let state: AnyMachineSnapshot | null = null
  for await (const { facts, flaw } of inspection.readHistories()) {
    for (const fact of facts) {
      const machine = machineOf(fact.stream)
      if (fact.stream !== stream || !state) {
        stream = fact.stream
        state = unbornLife(machine, stream)
      }
      try {
        state = evolve(machine, state, fact.event)
      } catch (thrown) {
        const { position } = fact
        return { name: 'histories', checked, flaw: { position, stream, problem: asFailure(thrown).message } }
      }
      checked += 1
    }
    if (flaw) return { name: 'histories', checked, flaw }
  }
  return { name: 'histories', checked, flaw: null }
}
