import { firstValueFrom, fromEvent, race, Subject } from 'rxjs'
import { asFailure, isFailure } from '../errors.ts'
import type { TaskStream } from '../events/event.ts'
import { taskOf } from '../events/event.ts'
import { statusOf } from '../machines/reconcile.ts'
import type { TaskCommand } from '../machines/task/commands.ts'
import type { BacklogStatus } from '../ports/backlog.ts'
import type { EventLog } from '../ports/event-log.ts'
import type { Turn } from '../ports/turn.ts'
import type { ViewStore } from '../ports/view-store.ts'
import { board } from '../projections/board.ts'
import { outbox, type Telling } from '../projections/outbox.ts'
import type { TaskRow } from '../projections/task-row.ts'
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

/** Waits after failures in a row, and for another process that has the turn. Milliseconds. */
const firstWaitMs = 1_000
const longestWaitMs = 60_000
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
  const { backlog, dispatch, clock, turn } = house
  const [view, tasks] = [await openView(outbox, house), await openView(board, house)]
  const leaving = new AbortController()
  const changed = new Subject<void>()
  const rested = new Subject<void>()
  const begun = new Set<string>()
  let changes = 0
  /** The changes that had been seen when it came to rest; while it works, none. */
  let restedAfter = -1
  let failures = 0
  let isFirst = true

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

  const say = async (stream: string, command: TaskCommand): Promise<void> => {
    await dispatch([{ stream: stream as TaskStream, command }])
  }

  /** Everything that is to be told; on taking the turn, what was there is taken for half done. */
  const outstanding = async (): Promise<Telling[]> => {
    await view.catchUp()
    const rows = await view.rows<readonly Telling[]>(`task/${backlog.id}/`)
    const tellings = [...rows.values()].flat().sort((a, b) => a.position - b.position)
    if (tellings.length > 0 && isFirst && turn.take()) {
      isFirst = false
      await view.catchUp()
      for (const { request } of tellings) begun.add(request)
    }
    return tellings
  }

  const deliver = async (telling: Telling): Promise<boolean> => {
    const { request, stream, status, note } = telling
    await tasks.catchUp()
    const row = await tasks.row<TaskRow>(stream)
    const isTrue = row !== undefined && statusOf(row.state) === status
    const dropped = { type: 'dropTell', request, status } as const
    if (!row || (!isTrue && note === null)) {
      await say(stream, { ...dropped, reason: 'it is no longer so' })
      return true
    }
    const delivery = { key: request, mayBeDone: begun.has(request) }
    begun.add(request)
    try {
      const now = (isTrue ? status : row.told) as BacklogStatus
      await backlog.tell(taskOf(stream).id, now, note ?? undefined, delivery)
      if (isTrue) await say(stream, { type: 'reportTold', request, status })
      else await say(stream, { ...dropped, reason: 'it is no longer so; the note was left' })
      return true
    } catch (thrown) {
      return answer(telling, thrown)
    }
  }

  /** What cannot be told now waits; what the backlog will not have is dropped, and looked at again. */
  const answer = async ({ request, stream, status, problem }: Telling, thrown: unknown): Promise<boolean> => {
    const { message, hint } = asFailure(thrown)
    const reason = hint ? `${message}. ${hint}` : message
    if (!isFailure(thrown, 'unavailable')) {
      await say(stream, { type: 'dropTell', request, status, reason })
      house.refused()
      return true
    }
    if (problem !== reason) await say(stream, { type: 'delayTell', request, problem: reason })
    return false
  }

  const step = async (): Promise<void> => {
    const seen = changes
    const [next] = await outstanding()
    if (!next) return wait(null, seen)
    if (!turn.take()) return wait(turnWaitMs, changes)
    const isTold = await deliver(next)
    failures = isTold ? 0 : failures + 1
    if (!isTold) await pause(Math.min(longestWaitMs, firstWaitMs * 2 ** Math.min(10, failures - 1)))
  }

  /** A wait that news does not shorten: the service needs its rest. */
  const pause = async (ms: number): Promise<void> => {
    rest(Number.POSITIVE_INFINITY)
    await clock.until(new Date(clock.now().getTime() + ms), leaving.signal).catch(() => undefined) // leaving
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
      if (restedAfter < changes) await firstValueFrom(race(rested, ...late))
      leaving.abort()
      await work
      await view.save(200)
      turn.close()
    },
  }
}
