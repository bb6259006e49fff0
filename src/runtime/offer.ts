import { type TaskStream, taskStream } from '../events/event.ts'
import { findDependencyProblems } from '../machines/dependencies.ts'
import { orderTasks } from '../machines/selection.ts'
import type { BacklogSnapshot, BacklogTask } from '../ports/backlog.ts'
import type { TaskRow } from '../projections/task-row.ts'

/** The backlog as it was last read. All but the tasks themselves stays as long as its shape is the same. */
export type Offer = {
  readonly snapshot: BacklogSnapshot
  readonly streams: ReadonlyMap<string, TaskStream>
  readonly ids: ReadonlyMap<string, string>
  /** Places in the snapshot, and in the order in which tasks are worked off. */
  readonly indexes: ReadonlyMap<string, number>
  readonly places: ReadonlyMap<string, number>
  /** What the log has of each task, in the order in which they are worked off. */
  readonly rows: (TaskRow | undefined)[]
  readonly dependents: ReadonlyMap<string, readonly string[]>
  readonly problems: ReadonlyMap<
    string,
    { readonly missing: readonly string[]; readonly cyclic: readonly string[] }
  >
}

/** Looks at a backlog of another shape than before. */
export function arrange(
  snapshot: BacklogSnapshot,
  backlog: string,
  rows: ReadonlyMap<string, TaskRow | undefined>,
): Offer {
  const { tasks } = snapshot
  const streams = new Map(tasks.map(({ id }) => [id, taskStream(backlog, id)]))
  const dependents = new Map<string, string[]>()
  for (const { id, dependsOn } of tasks) {
    for (const other of dependsOn) {
      const waiting = dependents.get(other)
      if (waiting) waiting.push(id)
      else dependents.set(other, [id])
    }
  }
  const ordered = orderTasks(tasks)
  return {
    snapshot,
    streams,
    ids: new Map([...streams].map(([id, stream]) => [stream, id])),
    indexes: new Map(tasks.map(({ id }, nth) => [id, nth])),
    places: new Map(ordered.map(({ id }, nth) => [id, nth])),
    rows: ordered.map(({ id }) => rows.get(streams.get(id) ?? '')),
    dependents,
    problems: new Map(findDependencyProblems(tasks).map((problem) => [problem.id, problem])),
  }
}

/** The tasks with these ids, in the order of the backlog. */
export function tasksIn({ snapshot, indexes }: Offer, ids: ReadonlySet<string>): BacklogTask[] {
  const places = [...ids].map((id) => indexes.get(id) ?? -1)
  return places.sort((a, b) => a - b).flatMap((nth) => snapshot.tasks[nth] ?? [])
}

/** These tasks, and those that wait for one of them. */
export function withDependents(tasks: readonly BacklogTask[], offer: Offer): BacklogTask[] {
  const ids = new Set(tasks.map(({ id }) => id))
  for (const { id } of tasks) for (const other of offer.dependents.get(id) ?? []) ids.add(other)
  return tasksIn(offer, ids)
}

/** Whether two states of a backlog differ in nothing but titles, features and statuses. */
export function isSameShape({ tasks }: BacklogSnapshot, before: BacklogSnapshot): boolean {
  return tasks.length === before.tasks.length && tasks.every((task, nth) => isAlike(task, before.tasks[nth]))
}

function isAlike(task: BacklogTask, other: BacklogTask | undefined): boolean {
  if (other === task) return true
  return (
    other?.id === task.id &&
    other.priority === task.priority &&
    other.dependsOn.length === task.dependsOn.length &&
    other.dependsOn.every((id, nth) => id === task.dependsOn[nth])
  )
}
