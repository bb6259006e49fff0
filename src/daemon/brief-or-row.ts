import { isFailure, wordsOf } from '../errors.ts'
import type { Backlog } from '../ports/backlog.ts'
import type { TaskRow } from '../projections/task-row.ts'

/** What its backlog says of a task; where that cannot be had now, what the log knows of it, and why. */
export async function briefOrRow(backlog: Pick<Backlog, 'brief'>, row: TaskRow) {
  try {
    return { ...(await backlog.brief(row.id)), problem: null }
  } catch (thrown) {
    if (!isFailure(thrown, 'unavailable')) throw thrown
    return { title: row.title, text: '', source: row.backlog, problem: wordsOf(thrown) }
  }
}
