import type { AnyMachineSnapshot } from 'xstate'
import { isFailure } from '../errors.ts'
import type { Fact } from '../events/catalogue.ts'
import type { StreamId } from '../events/event.ts'
import { evolve } from '../machines/evolve.ts'
import type { RetryPolicy } from '../machines/retry.ts'
import { decide, machineOf, type Request } from '../machines/subjects.ts'
import type { Clock } from '../ports/clock.ts'
import type { AppendContext, EventLog, Write } from '../ports/event-log.ts'
import type { Recall } from './recall.ts'

/** Asks for things; all that follows from them is written in one step, or none of it. */
export type Dispatch = (requests: readonly Request[], correlation?: string) => Promise<readonly Fact[]>

/** On whose behalf a dispatch writes, and by what right. */
export type Writer = Pick<AppendContext, 'by' | 'session' | 'fence'>

const tries = 4

/**
 * The one way anything changes: remember, decide, check, write.
 *
 * It keeps no state of its own, so it works the same in every process. Expected versions keep other writers
 * out; on `conflict` it remembers and decides again.
 */
export function createDispatch(house: {
  readonly log: Pick<EventLog, 'append'>
  readonly recall: Recall
  readonly clock: Pick<Clock, 'now'>
  readonly retry: RetryPolicy
  readonly writer: Writer
  newId(): string
}): Dispatch {
  const attempt = async (requests: readonly Request[], correlation: string): Promise<readonly Fact[]> => {
    const writes = await decideAll(house, requests)
    if (writes.length === 0) return []
    return house.log.append(writes, { ...house.writer, correlation, causation: house.newId() })
  }

  return async (requests, correlation = house.newId()) => {
    for (let nth = 1; ; nth += 1) {
      try {
        return await attempt(requests, correlation)
      } catch (thrown) {
        if (nth === tries || !isFailure(thrown, 'conflict')) throw thrown
      }
    }
  }
}

/** Decides every request on what its subject has become by those before it. */
async function decideAll(
  { recall, retry, clock }: { recall: Recall; retry: RetryPolicy; clock: Pick<Clock, 'now'> },
  requests: readonly Request[],
): Promise<Write[]> {
  const writes = new Map<StreamId, { state: AnyMachineSnapshot; write: Write }>()
  const grounds = { retry, now: clock.now() }

  for (const request of requests) {
    const { stream } = request
    const sofar = writes.get(stream)
    const before = sofar ? { state: sofar.state, version: sofar.write.expectedVersion } : await recall(stream)
    const events = decide(before.state, request, grounds)
    const machine = machineOf(stream)
    const state = events.reduce((next, event) => evolve(machine, next, event), before.state)
    const earlier = sofar?.write.events ?? []
    writes.set(stream, {
      state,
      write: { stream, expectedVersion: before.version, events: [...earlier, ...events] },
    })
  }
  return [...writes.values()].map(({ write }) => write).filter(({ events }) => events.length > 0)
}
