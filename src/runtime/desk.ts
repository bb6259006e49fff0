import { LoopworkError } from '../errors.ts'
import { taskStream } from '../events/event.ts'
import { findDependencyProblems } from '../machines/dependencies.ts'
import { reconcile, reconcileGone, statusOf } from '../machines/reconcile.ts'
import { orderTasks } from '../machines/selection.ts'
import type { Request } from '../machines/subjects.ts'
import type { TaskCommand } from '../machines/task/commands.ts'
import type { BacklogSnapshot, BacklogStatus, BacklogTask } from '../ports/backlog.ts'
import type { TaskRow } from '../projections/task-row.ts'
import type { House } from './house.ts'
import type { View } from './views.ts'

/** What stands to be done, as the backlog and the log have it together. */
export type Desk = {
  /**
   * Reads the backlog, brings it and the log together, and tells the backlog what it does not know yet.
   * Gives what is still to be written down and can wait for the next append.
   */
  refresh(): Promise<readonly Request[]>
  /** All tasks of the backlog in the order in which they are worked off. */
  tasks(): readonly TaskRow[]
}

type Offer = {
  readonly snapshot: BacklogSnapshot
  readonly ordered: readonly BacklogTask[]
  readonly problems: ReadonlyMap<
    string,
    { readonly missing: readonly string[]; readonly cyclic: readonly string[] }
  >
}

export async function openDesk(
  house: Pick<House, 'backlog' | 'dispatch'> & { readonly plan: Pick<House['plan'], 'loop'> },
  board: View,
): Promise<Desk> {
  const { backlog, dispatch, plan } = house
  const rows = (await board.all()) as ReadonlyMap<string, TaskRow | undefined>
  const streamOf = (id: string) => taskStream(backlog.id, id)
  const rowOf = (id: string) => rows.get(streamOf(id))
  let offer: Offer | null = null

  const read = async (): Promise<readonly Request[]> => {
    try {
      const snapshot = await backlog.read()
      if (snapshot.revision !== offer?.snapshot.revision) offer = arrange(snapshot, offer)
      return [{ stream: plan.loop, command: { type: 'acceptBacklog' } }]
    } catch (thrown) {
      if (!offer || !(thrown instanceof LoopworkError)) throw thrown
      const problem = thrown.hint ? `${thrown.message}. ${thrown.hint}` : thrown.message
      return [{ stream: plan.loop, command: { type: 'refuseBacklog', problem } }]
    }
  }

  const agree = ({ snapshot }: Offer) => {
    const now: Request[] = []
    const later: Request[] = []
    const tells: { id: string; status: BacklogStatus; row: TaskRow }[] = []
    for (const task of snapshot.tasks) {
      const row = rowOf(task.id)
      const { commands, tell, canWait } = reconcile(task, row ?? null)
      for (const command of commands) (canWait ? later : now).push({ stream: streamOf(task.id), command })
      if (tell && row) tells.push({ id: task.id, status: tell, row })
    }
    return { now, later, tells }
  }

  const gone = ({ snapshot }: Offer): Request[] => {
    const offered = new Set(snapshot.tasks.map(({ id }) => id))
    return [...rows.values()].flatMap((row): Request[] => {
      if (!row?.stream?.startsWith(`task/${backlog.id}/`) || offered.has(row.id)) return []
      const command = reconcileGone(row)
      return command ? [{ stream: streamOf(row.id), command }] : []
    })
  }

  const write = async (requests: readonly Request[]): Promise<void> => {
    if (requests.length === 0) return
    await dispatch(requests)
    await board.catchUp()
  }

  let checked: string | null = null

  return {
    refresh: async () => {
      await board.catchUp()
      await write(await read())
      if (!offer) return []
      const isNew = checked !== offer.snapshot.revision
      const { now, later, tells } = agree(offer)
      await write([...now, ...(isNew ? gone(offer) : [])])
      checked = offer.snapshot.revision
      await write(dependencies(offer, rowOf, streamOf))
      for (const { id, status, row } of tells) {
        const fresh = rowOf(id) ?? row
        if (statusOf(fresh.state) === status) await backlog.tell(id, status, noteOf(fresh, status))
      }
      return later
    },
    tasks: () => offer?.ordered.flatMap(({ id }) => rowOf(id) ?? []) ?? [],
  }
}

function arrange(snapshot: BacklogSnapshot, before: Offer | null): Offer {
  const isSameShape =
    before?.snapshot.tasks.length === snapshot.tasks.length &&
    snapshot.tasks.every((task, nth) => isAlike(task, before.snapshot.tasks[nth]))
  if (before && isSameShape) return { ...before, snapshot }
  const problems = new Map(findDependencyProblems(snapshot.tasks).map((problem) => [problem.id, problem]))
  return { snapshot, ordered: orderTasks(snapshot.tasks), problems }
}

function isAlike(task: BacklogTask, other: BacklogTask | undefined): boolean {
  return (
    other?.id === task.id &&
    other.priority === task.priority &&
    other.dependsOn.length === task.dependsOn.length &&
    other.dependsOn.every((id, nth) => id === task.dependsOn[nth])
  )
}

/** Blocks what depends on something open, and lets go what does not any more. */
function dependencies(
  { snapshot, problems }: Offer,
  rowOf: (id: string) => TaskRow | undefined,
  streamOf: (id: string) => ReturnType<typeof taskStream>,
): Request[] {
  return snapshot.tasks.flatMap(({ id, dependsOn }): Request[] => {
    const row = rowOf(id)
    if (!row || !['queued', 'blocked', 'waitingToRetry', 'waitingForLimit'].includes(row.state)) return []
    const waitsFor = dependsOn.filter((other) => rowOf(other)?.state !== 'completed')
    const isBlocked = row.state === 'blocked'
    if (waitsFor.length === 0) {
      return isBlocked ? [{ stream: streamOf(id), command: { type: 'unblock' } }] : []
    }
    const { missing = [], cyclic = [] } = problems.get(id) ?? {}
    const isSame = isBlocked && missing.join() === row.missing.join() && cyclic.join() === row.cyclic.join()
    if (isSame) return []
    const command: TaskCommand = { type: 'block', waitsFor, missing: [...missing], cyclic: [...cyclic] }
    return [{ stream: streamOf(id), command }]
  })
}

/** What is kept with a status in the backlog, for the person who looks there. */
function noteOf(row: TaskRow, status: BacklogStatus): string | undefined {
  if (status === 'failed') return row.reason ?? row.lastFailure?.reason ?? 'no reason was given'
  if (status === 'completed') return `Completed by loopwork${row.reason ? `: ${row.reason}` : ''}`
  return undefined
}
