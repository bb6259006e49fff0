import type { TaskStream } from '../events/event.ts'
import { reconcile } from '../machines/reconcile.ts'
import type { Request } from '../machines/subjects.ts'
import type { BacklogStatus, BacklogTask } from '../ports/backlog.ts'
import type { TaskRow } from '../projections/task-row.ts'

/** A status that the backlog is to be told. */
export type Tell = { readonly id: string; readonly status: BacklogStatus; readonly row: TaskRow }

/** What brings the backlog and the log together: requests, those that can wait, and what is to be told. */
export type Agreement = {
  readonly now: Request[]
  readonly later: readonly Request[]
  readonly tells: readonly Tell[]
  /** Tasks of which both say the same. */
  readonly settled: readonly string[]
}

/** What is to be done about these tasks; of the `forgotten` the backlog does not know what became of them. */
export function agreementOn(
  tasks: readonly BacklogTask[],
  forgotten: ReadonlySet<string>,
  { rowOf, streamOf }: { rowOf(id: string): TaskRow | undefined; streamOf(id: string): TaskStream },
): Agreement {
  const now: Request[] = []
  const later: Request[] = []
  const tells: Tell[] = []
  const settled: string[] = []
  for (const task of tasks) {
    const row = rowOf(task.id) ?? null
    const { commands, tell, canWait } = reconcile(task, row, forgotten.has(task.id))
    const requests = commands.map((command): Request => ({ stream: streamOf(task.id), command }))
    if (canWait) later.push(...requests)
    else now.push(...requests)
    if (!row) continue
    if (tell) tells.push({ id: task.id, status: tell, row })
    else if (requests.length === 0) settled.push(task.id)
  }
  return { now, later, tells, settled }
}
