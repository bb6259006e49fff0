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

/** How long others may be ahead again and again, in milliseconds. */
const patienceMs = 30_000
/** After so many tries the next one waits, so that not all who lost try again at the same instant. */
const triesAtOnce = 4
const longestWaitMs = 64

/**
 * The one way anything changes: remember, decide, check, write.
 *
 * It keeps no state of its own, so it works the same in every process. Expected versions keep other writers
 * out; on `conflict` it remembers and decides again. Fails with it only if others are ahead for half a minute.
 */
export function createDispatch(house: {
  readonly log: Pick<EventLog, 'append'>
  readonly recall: Recall
  readonly clock: Clock
  readonly retry: RetryPolicy
  readonly writer: Writer
  newId(): string
  /** From 0 to below 1. */
  chance(): number
}): Dispatch {
  const attempt = async (requests: readonly Request[], correlation: string): Promise<readonly Fact[]> => {
    const writes = await decideAll(house, requests)
    if (writes.length === 0) return []
    return house.log.append(writes, { ...house.writer, correlation, causation: house.newId() })
  }

  const stepAside = async (nth: number): Promise<void> => {
    if (nth < triesAtOnce) return
    const mostMs = Math.min(longestWaitMs, 2 ** (nth - triesAtOnce + 1))
    const until = new Date(house.clock.now().getTime() + house.chance() * mostMs)
    await house.clock.until(until, new AbortController().signal)
  }

  return async (requests, correlation = house.newId()) => {
    const deadline = house.clock.now().getTime() + patienceMs
    for (let nth = 1; ; nth += 1) {
      try {
        return await attempt(requests, correlation)
      } catch (thrown) {
        if (!isFailure(thrown, 'conflict') || house.clock.now().getTime() >= deadline) throw thrown
        await stepAside(nth)
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
