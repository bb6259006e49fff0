import { asFailure } from '../errors.ts'
import type { Fact } from '../events/catalogue.ts'
import type { EventLog } from '../ports/event-log.ts'
import type { PluginRow, PluginStore } from '../ports/plugin-store.ts'
import { countRings } from './bell.ts'
import { type Courier, deliver, type Outcome } from './deliver.ts'
import { type Parked, park, parkedKey, parkedOf, parkedRow, retryKey } from './parked.ts'
import { checkpointKey } from './reports.ts'

/** Facts on their way to one plugin. */
export type DurableDelivery = {
  /** Resolves when all up to a position is delivered or parked, or cannot be before a person has looked. */
  reached(position: number): Promise<void>
  /** Resolves when nothing of it runs any more, after the signal has aborted. */
  readonly ended: Promise<void>
}

/** How many facts are in memory at a time, however many wait. */
const batchSize = 64
/** So many facts that are not for this plugin make a checkpoint worth its write. */
const checkpointEvery = 500
/** How often one looks for what people have asked for, which nobody rings for. */
const lookMs = 2_000

/**
 * Reads the log from the plugin's checkpoint and delivers in order. The checkpoint is written after each
 * delivery, so that only a delivery that was under way at a crash is made again.
 */
export function startDurable(given: {
  readonly owner: string
  readonly courier: Courier
  readonly log: Pick<EventLog, 'readAfter' | 'bell'>
  readonly store: PluginStore
  /** Where a plugin begins that has no checkpoint. */
  readonly from: number
  isMeant(fact: Fact): boolean
}): DurableDelivery {
  const { owner, courier, log, store, isMeant } = given
  const { reporter, signal } = courier
  const bell = countRings(log.bell)
  const waiting = new Set<{ readonly position: number; resolve(): void }>()
  let kept: number | undefined
  let position = given.from
  let isSuspended = false

  const letGo = (): void => {
    for (const one of waiting) {
      if (!isSuspended && !signal.aborted && position < one.position) continue
      waiting.delete(one)
      one.resolve()
    }
  }

  /** False where another process delivers for this plugin by now. */
  const keep = async (to: number, rows: readonly PluginRow[] = []): Promise<boolean> => {
    const isOurs = await store.put(owner, [[checkpointKey, to], ...rows], [checkpointKey, kept])
    if (isOurs) kept = to
    else reporter.become('off', 'another process delivers for it by now')
    return isOurs
  }

  /** False where it is over. */
  const take = async (fact: Fact): Promise<boolean> => {
    for (;;) {
      const outcome = await deliver(courier, fact)
      if (outcome.is === 'left') return false
      if (outcome.is !== 'suspended') {
        const rows = outcome.is === 'parked' ? [parkedRow(park(fact, outcome.problem, outcome.tries))] : []
        return keep(fact.position, rows)
      }
      if (!(await untilAsked(outcome.problem))) return false
    }
  }

  /** Waits until a person has asked for another try. */
  const untilAsked = async (problem: string): Promise<boolean> => {
    isSuspended = true
    reporter.become('suspended', problem)
    letGo()
    for (;;) {
      if (signal.aborted) return false
      if (await isAsked()) break
      await bell.since(bell.rings, signal, lookMs)
    }
    isSuspended = false
    return true
  }

  const isAsked = async (): Promise<boolean> => {
    const asked = (await store.get(owner, retryKey)) !== undefined
    if (asked) await store.put(owner, [[retryKey, undefined]])
    return asked
  }

  const retryParked = async (): Promise<void> => {
    await isAsked() // it is being looked at
    for (const parked of (await parkedOf(store, owner)).filter(({ isWanted }) => isWanted)) {
      const fact = await factAt(log, parked.position)
      const outcome: Outcome = fact ? await deliver(courier, fact) : { is: 'delivered' }
      if (outcome.is === 'left') return
      await store.put(owner, [[parkedKey(parked.position), leftOf(parked, outcome)]])
    }
  }

  const takeAll = async (batch: readonly Fact[]): Promise<boolean> => {
    for (const fact of batch) {
      if (signal.aborted) return false
      if (isMeant(fact) && !(await take(fact))) return false
      position = fact.position
    }
    return position - (kept ?? given.from) < checkpointEvery || keep(position)
  }

  const readOn = async (): Promise<boolean> => {
    for await (const batch of log.readAfter(position, { limit: batchSize })) {
      if (!(await takeAll(batch))) return false
    }
    return true
  }

  const run = async (): Promise<void> => {
    kept = (await store.get(owner, checkpointKey)) as number | undefined
    position = kept ?? given.from
    if (kept === undefined && !(await keep(position))) return
    while (!signal.aborted) {
      const seen = bell.rings
      const before = position
      await retryParked()
      if (!(await readOn())) return
      letGo()
      if (position === before) await bell.since(seen, signal, lookMs)
    }
    if (position > (kept ?? 0)) await keep(position)
  }

  const ended = run()
    .catch((thrown) => reporter.become('off', asFailure(thrown).message))
    .finally(() => {
      bell.close()
      isSuspended = true
      letGo()
    })

  return {
    reached: (to) =>
      new Promise((resolve) => {
        waiting.add({ position: to, resolve })
        letGo()
      }),
    ended,
  }
}

/** What is left of a parked fact after another try. */
function leftOf(parked: Parked, outcome: Outcome): Parked | undefined {
  if (outcome.is !== 'parked' && outcome.is !== 'suspended') return undefined
  return { ...parked, problem: outcome.problem, tries: parked.tries + outcome.tries, isWanted: false }
}

async function factAt(log: Pick<EventLog, 'readAfter'>, position: number): Promise<Fact | null> {
  for await (const [fact] of log.readAfter(position - 1, { limit: 1 })) return fact ?? null
  return null
}
