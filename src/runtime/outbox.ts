import { firstValueFrom, fromEvent, race, Subject } from 'rxjs'
import type { EventLog } from '../ports/event-log.ts'
import type { Turn } from '../ports/turn.ts'
import type { ViewStore } from '../ports/view-store.ts'
import { board } from '../projections/board.ts'
import { inOrder, outbox, type Telling } from '../projections/outbox.ts'
import { createDelivery } from './delivery.ts'
import type { Dispatch } from './dispatch.ts'
import type { House } from './house.ts'
import { openView } from './views.ts'

/** Tells a remote backlog what the log says it is to be told, one thing after the other. */
export type Outbox = {
  /** Has it look again. */
  nudge(): void
  /** Ends when nothing is left, or nothing can be told now, or after so many milliseconds. */
  close(patienceMs: number | null): Promise<void>
}

/** What telling a remote backlog needs: the turn, and a way to write that outlives the namespace. */
export type Post = { readonly turn: Turn; readonly dispatch: Dispatch }

/** How long another process that has the turn is waited for. Milliseconds. */
const turnWaitMs = 500

/**
 * Opens the outbox of a backlog. What is to be told is in the log, so a process that is killed leaves it to
 * the next. Only one process tells at a time; what it did not begin itself it takes for half done.
 */
export async function openOutbox(
  house: Pick<House, 'backlog' | 'dispatch' | 'clock'> & {
    readonly log: EventLog
    readonly store: ViewStore
    readonly turn: Turn
    /** Called when the backlog would not be told, so that somebody looks at it again. */
    refused(): void
  },
): Promise<Outbox> {
  const { backlog, clock, turn } = house
  const [view, tasks] = [await openView(outbox, house), await openView(board, house)]
  const delivery = createDelivery(house, tasks)
  const leaving = new AbortController()
  const changed = new Subject<void>()
  const rested = new Subject<void>()
  let changes = 0
  /** The changes that had been seen when it came to rest; while it works, none. */
  let restedAfter = -1
  let isFirst = true
  /** Has the try that is waited for come at once. */
  let shorten = (): void => undefined

  const rest = (seen: number): void => {
    restedAfter = seen
    rested.next()
  }

  const wait = async (untilMs: number | null, seen: number): Promise<void> => {
    if (seen !== changes) return
    rest(seen)
    const woken = new AbortController()
    const either = AbortSignal.any([leaving.signal, woken.signal])
    const waits: Promise<unknown>[] = [firstValueFrom(race(changed, fromEvent(either, 'abort')))]
    if (untilMs !== null) {
      const due = new Date(clock.now().getTime() + untilMs)
      waits.push(clock.until(due, either).catch(() => undefined)) // woken early
    }
    if (!either.aborted) await Promise.race(waits)
    woken.abort()
    restedAfter = -1
  }

  /** Everything that is to be told; on taking the turn, what was there is taken for half done. */
  const outstanding = async (): Promise<Telling[]> => {
    await view.catchUp()
    const rows = await view.rows<readonly Telling[]>(`task/${backlog.id}/`)
    const tellings = inOrder(rows.values())
    if (tellings.length > 0 && isFirst && turn.take()) {
      isFirst = false
      await view.catchUp()
      for (const { request } of tellings) delivery.assumeBegun(request)
    }
    return tellings
  }

  const step = async (): Promise<void> => {
    const seen = changes
    const [next] = await outstanding()
    if (!next) return wait(null, seen)
    if (!turn.take()) return wait(turnWaitMs, changes)
    const nextTry = await delivery.deliver(next)
    if (nextTry !== null) await pause(new Date(nextTry))
  }

  /** A wait that news does not shorten: the service needs its rest. */
  const pause = async (until: Date): Promise<void> => {
    const woken = new AbortController()
    shorten = () => {
      restedAfter = -1
      woken.abort()
    }
    rest(Number.POSITIVE_INFINITY)
    const either = AbortSignal.any([leaving.signal, woken.signal])
    await clock.until(until, either).catch(() => undefined) // leaving
    shorten = () => undefined
    restedAfter = -1
  }

  const work = (async () => {
    while (!leaving.signal.aborted) await step()
  })().catch((thrown) => {
    restedAfter = Number.POSITIVE_INFINITY
    rested.error(thrown)
  })

  return {
    nudge: () => {
      changes += 1
      changed.next()
    },
    close: async (patienceMs) => {
      const late = patienceMs === null ? [] : [fromEvent(AbortSignal.timeout(patienceMs), 'abort')]
      shorten() // a last try
      if (restedAfter < changes) await firstValueFrom(race(rested, ...late))
      leaving.abort()
      await work
      await view.save(200)
      turn.close()
    },
  }
}
