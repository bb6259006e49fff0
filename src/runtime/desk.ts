import { LoopworkError, wordsOf } from '../errors.ts'
import { taskStream } from '../events/event.ts'
import { reconcileGone, statusOf } from '../machines/reconcile.ts'
import type { Request } from '../machines/subjects.ts'
import type { BacklogSnapshot } from '../ports/backlog.ts'
import type { Clock } from '../ports/clock.ts'
import type { TaskRow } from '../projections/task-row.ts'
import { agreementOn, type Tell } from './agreement.ts'
import { createAtWork } from './at-work.ts'
import { dependencies } from './dependencies.ts'
import { forgottenIn } from './forgotten.ts'
import type { House } from './house.ts'
import { arrange, isSameShape, type Offer, tasksIn, withDependents } from './offer.ts'
import { createOutage } from './outage.ts'
import { failureOf, falseIfOutrun, noteOf, tellRequest, unlessOutrun } from './telling.ts'
import type { View } from './views.ts'

/** What stands to be done, as the backlog and the log have it together. */
export type Desk = {
  /** The name of the backlog. */
  readonly backlog: string
  /**
   * Reads the backlog, and brings it and the log together. Gives what is still to be written down and can wait
   * for the next append.
   */
  look(): Promise<readonly Request[]>
  /** Tells the backlog what it does not know yet. False where another look is needed: at once, or at `retellAt`. */
  tell(): Promise<boolean>
  /** When one that could not be told is to be told again. */
  readonly retellAt: string | null
  /** Both, one after the other. */
  refresh(): Promise<readonly Request[]>
  /** All tasks of the backlog in the order in which they are worked off. */
  tasks(): readonly TaskRow[]
  /** Whether another machine works on it. */
  isHeld(id: string): boolean
  /** That the backlog could not be had: nothing is begun before it has been tried again. */
  beginOutage(problem: string): void
  endOutage(): void
}

export async function openDesk(
  house: Pick<House, 'backlog' | 'dispatch'> & {
    readonly clock: Pick<Clock, 'now'>
    readonly plan: Pick<House['plan'], 'loop'>
  },
  board: View,
): Promise<Desk> {
  const { backlog, dispatch, plan } = house
  const rows = (await board.all()) as ReadonlyMap<string, TaskRow | undefined>
  /** Tasks on which backlog and log have not been found to agree since either changed. */
  const unsettled = new Set<string>()
  /** Tasks whose end the backlog has forgotten, until it knows it again. */
  const retelling = new Set<string>()
  let offer: Offer | null = null
  let isNewShape = false
  let untold: readonly Tell[] = []
  let held: ReadonlySet<string> = new Set()
  let isOutdated = false
  const atWork = createAtWork(rows)
  const outage = createOutage(house.clock)
  const silence = createOutage(house.clock) // it can be read, but not be told

  board.watch((key) => {
    const id = offer?.ids.get(key)
    if (id === undefined || !offer) return
    unsettled.add(id)
    atWork.note(key, rows.get(key))
    offer.rows[offer.places.get(id) ?? -1] = rows.get(key)
  })

  const streamOf = (id: string) => offer?.streams.get(id) ?? taskStream(backlog.id, id)
  const rowOf = (id: string) => rows.get(streamOf(id))

  const read = async (): Promise<readonly Request[]> => {
    try {
      const snapshot = await backlog.read()
      if (snapshot.revision !== offer?.snapshot.revision) take(snapshot)
      if (isOutdated && !snapshot.problem) outage.end() // it is back
      isOutdated = Boolean(snapshot.problem)
      const problem = snapshot.problem ?? outage.current?.problem ?? silence.current?.problem
      if (problem) return [refusal(problem, true)]
      return [{ stream: plan.loop, command: { type: 'acceptBacklog' } }]
    } catch (thrown) {
      if (!offer || !(thrown instanceof LoopworkError)) throw thrown
      return [refusal(wordsOf(thrown), thrown.code === 'unavailable')]
    }
  }

  const refusal = (problem: string, isOutage: boolean): Request => {
    const nextTry = isOutage ? ((outage.current ?? silence.current)?.nextTry ?? null) : null
    return { stream: plan.loop, command: { type: 'refuseBacklog', problem, isOutage, nextTry } }
  }

  const take = (snapshot: BacklogSnapshot): void => {
    const before = offer?.snapshot
    held = new Set(snapshot.tasks.flatMap(({ id, heldBy }) => (heldBy ? [id] : [])))
    if (offer && before && isSameShape(snapshot, before)) {
      offer = { ...offer, snapshot }
      for (const [nth, task] of snapshot.tasks.entries()) {
        if (task !== before.tasks[nth]) unsettled.add(task.id)
      }
      return
    }
    offer = arrange(snapshot, backlog.id, rows)
    isNewShape = true
    unsettled.clear()
    for (const { id } of snapshot.tasks) unsettled.add(id)
  }

  const gone = ({ streams }: Offer): Request[] =>
    [...rows.values()].flatMap((row): Request[] => {
      if (!row?.stream?.startsWith(`task/${backlog.id}/`) || streams.has(row.id)) return []
      const command = reconcileGone(row)
      return command ? [{ stream: streamOf(row.id), command }] : []
    })

  const write = async (requests: readonly Request[]): Promise<void> => {
    if (requests.length === 0) return
    await dispatch(requests)
    await board.catchUp()
  }

  const bringTogether = async (): Promise<readonly Request[]> => {
    let position: number
    do {
      // A backlog read before the log would pass for one that a person has set back since.
      await board.catchUp()
      position = board.position
      await dispatch(await read())
    } while (board.position !== position)
    if (!offer) return []
    const tasks = tasksIn(offer, unsettled)
    const forgotten = forgottenIn(tasks, offer, rowOf, atWork).filter((id) => !retelling.has(id))
    untold = []
    if (forgotten.length > 0 && !atWork.isOver()) return [] // it may yet put right what it did: `git stash pop`
    for (const id of forgotten) retelling.add(id)
    const { now, later, tells, settled } = agreementOn(tasks, retelling, { rowOf, streamOf })
    for (const id of settled) {
      unsettled.delete(id)
      retelling.delete(id)
    }
    if (forgotten.length > 0)
      now.push({ stream: plan.loop, command: { type: 'noteRollback', tasks: forgotten } })
    await write([...now, ...(isNewShape ? gone(offer) : [])])
    isNewShape = false
    await write(dependencies(withDependents(tasks, offer), offer, rowOf, streamOf))
    untold = tells
    atWork.forget()
    return later
  }

  const tell = async (): Promise<boolean> => {
    if (silence.isTooEarly()) return false
    const due = untold.flatMap(({ id, status, row }) => {
      const fresh = rowOf(id) ?? row
      return statusOf(fresh.state) === status ? [{ id, status, note: noteOf(fresh, status) }] : []
    })
    untold = []
    if (backlog.isRemote) {
      await write(due.map((one) => tellRequest(streamOf(one.id), one)))
      return true
    }
    for (const { id, status, note } of due) {
      const failure = await failureOf(() => backlog.tell(id, status, note))
      if (!failure) continue
      const isOutage = failure.code === 'unavailable'
      if (isOutage) silence.begin(wordsOf(failure))
      await dispatch([refusal(wordsOf(failure), isOutage)]) // told again once it can be had, or is repaired
      return false
    }
    if (silence.current) {
      silence.end()
      await dispatch(await read())
    }
    return true
  }

  return {
    backlog: backlog.id,
    look: () => unlessOutrun(bringTogether),
    tell: () => tell().catch(falseIfOutrun),
    refresh: () =>
      unlessOutrun(async () => {
        const later = await bringTogether()
        await tell()
        return later
      }),
    tasks: () => offer?.rows.filter((row) => row !== undefined) ?? [],
    isHeld: (id) => held.has(id),
    get retellAt() {
      return silence.current?.nextTry ?? null
    },
    beginOutage: outage.begin,
    endOutage: outage.end,
  }
}
