import { nearest } from '../config/nearest.ts'
import { LoopworkError } from '../errors.ts'
import type { TaskRow } from '../projections/task-row.ts'
import type { DeskUser } from './with-desk.ts'

/** The task with this id; fails with `not_found`, naming the nearest one. */
export function findTask({ desk }: Pick<DeskUser, 'desk'>, id: string): TaskRow {
  const tasks = desk.tasks()
  const found = tasks.find((task) => task.id === id)
  if (found) return found
  const near = nearest(
    id,
    tasks.map((task) => task.id),
  )
  throw new LoopworkError('not_found', `the backlog has no task ${id}`, {
    hint: near
      ? `Did you mean ${near}? All of them: loopwork task list.`
      : 'All of them: loopwork task list.',
  })
}
