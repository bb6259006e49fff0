import { firstValueFrom, fromEvent, race, Subject } from 'rxjs'
import { asFailure, isFailure, wordsOf } from '../errors.ts'
import type { TaskStream } from '../events/event.ts'
import { taskOf } from '../events/event.ts'
import { statusOf } from '../machines/reconcile.ts'
import { outageWait } from '../machines/retry.ts'
import type { TaskCommand } from '../machines/task/commands.ts'
import type { BacklogStatus } from '../ports/backlog.ts'
import type { EventLog } from '../ports/event-log.ts'
import type { Turn } from '../ports/turn.ts'
import type { ViewStore } from '../ports/view-store.ts'
import { board } from '../projections/board.ts'
import { inOrder, outbox, type Telling } from '../projections/outbox.ts'
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

  const say = async (stream: string, command: TaskCommand): Promise<void> => {
    await dispatch([{ stream: stream as TaskStream, command }])
  }

  /** Everything that is to be told; on taking the turn, what was there is taken for half done. */
  const outstanding = async (): Promise<Telling[]> => {
    await view.catchUp()
    const rows = await view.rows<readonly Telling[]>(`task/${backlog.id}/`)
    const tellings = inOrder(rows.values())
    if (tellings.length > 0 && isFirst && turn.take()) {
      isFirst = false
      await view.catchUp()
      for (const { request } of tellings) begun.add(request)
    }
    return tellings
  }

  /** Gives the instant to wait for where it could not be told. */
  const deliver = async (telling: Telling): Promise<string | null> => {
    const { request, stream, status, note } = telling
    await tasks.catchUp()
    const row = await tasks.row<TaskRow>(stream)
    const isTrue = row !== undefined && statusOf(row.state) === status
    const dropped = { type: 'dropTell', request, status } as const
    if (!row || (!isTrue && note === null)) {
      await say(stream, { ...dropped, reason: 'it is no longer so' })
      return null
    }
    const delivery = { key: request, mayBeDone: begun.has(request) }
    begun.add(request)
    try {
      const now = (isTrue ? status : row.told) as BacklogStatus
      await backlog.tell(taskOf(stream).id, now, note ?? undefined, delivery)
      if (isTrue) await say(stream, { type: 'reportTold', request, status })
      else await say(stream, { ...dropped, reason: 'it is no longer so; the note was left' })
      return null
    } catch (thrown) {
      return answer(telling, thrown)
    }
  }

  /** What cannot be told now waits; what the backlog will not have is dropped, and looked at again. */
  const answer = async ({ request, stream, status }: Telling, thrown: unknown): Promise<string | null> => {
    const reason = wordsOf(asFailure(thrown))
    if (!isFailure(thrown, 'unavailable')) {
      await say(stream, { type: 'dropTell', request, status, reason })
      house.refused()
      return null
    }
    failures += 1
    const nextTry = outageWait(failures, clock.now())
    await say(stream, { type: 'delayTell', request, problem: reason, nextTry })
    return nextTry
  }

  const step = async (): Promise<void> => {
    const seen = changes
    const [next] = await outstanding()
    if (!next) return wait(null, seen)
    if (!turn.take()) return wait(turnWaitMs, changes)
    const nextTry = await deliver(next)
    if (nextTry === null) failures = 0
    else await pause(new Date(nextTry))
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
