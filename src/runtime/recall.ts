import type { AnyMachineSnapshot } from 'xstate'
import type { StreamId } from '../events/event.ts'
import { evolve, unbornLife } from '../machines/evolve.ts'
import { machineOf } from '../machines/subjects.ts'
import type { EventLog } from '../ports/event-log.ts'

/** What a history amounts to up to a version. */
export type Remembered = { readonly state: AnyMachineSnapshot; readonly version: number }

export type Recall = (stream: StreamId) => Promise<Remembered>

/** How many histories are kept folded. */
const capacity = 1_000

/**
 * Folds histories, and remembers what they came to, so that the next time costs only what is new. Starts
 * nothing: a chart that is only folded is asleep.
 */
export function createRecall(log: Pick<EventLog, 'readStream'>): Recall {
  const known = new Map<StreamId, Remembered>()

  return async (stream) => {
    const machine = machineOf(stream)
    const before = known.get(stream)
    let state = before?.state ?? unbornLife(machine, stream)
    let version = before?.version ?? 0
    for await (const fact of log.readStream(stream, version)) {
      state = evolve(machine, state, fact.event)
      version = fact.version
    }
    const remembered = { state, version }
    known.delete(stream)
    known.set(stream, remembered)
    if (known.size > capacity) known.delete(known.keys().next().value as StreamId)
    return remembered
  }
}
