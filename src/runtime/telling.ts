import { isFailure } from '../errors.ts'
import type { taskStream } from '../events/event.ts'
import type { Request } from '../machines/subjects.ts'
import type { BacklogStatus } from '../ports/backlog.ts'
import type { TaskRow } from '../projections/task-row.ts'

/** Whether somebody else wrote first, so that another look is needed. */
export const isOutrun = (thrown: unknown): boolean =>
  isFailure(thrown, 'rejected') || isFailure(thrown, 'conflict')

/** Has a remote backlog be told, by and by. */
export function tellRequest(
  stream: ReturnType<typeof taskStream>,
  { status, note }: { readonly status: BacklogStatus; readonly note: string | undefined },
): Request {
  return { stream, command: { type: 'requestTell', status, note: note ?? null } }
}

/** What is kept with a status in the backlog, for the person who looks there. */
export function noteOf(row: TaskRow, status: BacklogStatus): string | undefined {
  if (status === 'failed') return row.reason ?? row.lastFailure?.reason ?? 'no reason was given'
  if (status === 'completed') return `Completed by loopwork${row.reason ? `: ${row.reason}` : ''}`
  return undefined
}
