import { nearest } from '../../config/nearest.ts'
import { LoopworkError } from '../../errors.ts'
import { board } from '../../projections/board.ts'
import { type LoopRow, loops } from '../../projections/loops.ts'
import type { TaskRow } from '../../projections/task-row.ts'
import type { Seen } from './serve-ui.ts'

/** One machine, and what it is doing. */
export type FoundMachine = { readonly stream: string; readonly state: string }

/** Finds a machine by the id of its task, its namespace, or the name of its stream. */
export async function findMachine(seen: Pick<Seen, 'view'>, subject: string): Promise<FoundMachine> {
  const tasks = [...(await (await seen.view(board)).rows<TaskRow>('task/')).values()]
  const task = tasks.find(({ id, stream }) => id === subject || stream === subject)
  if (task) return { stream: task.stream, state: task.state }
  const namespace = subject.replace(/^loop\//, '')
  const loop = await (await seen.view(loops)).row<LoopRow>(namespace)
  if (loop) return { stream: `loop/${namespace}`, state: loop.state }
  const near = nearest(
    subject,
    tasks.map(({ id }) => id),
  )
  throw new LoopworkError('not_found', `the log knows no task and no namespace ${subject}`, {
    hint: near ? `Did you mean ${near}?` : 'All of them: loopwork task list, loopwork status.',
  })
}
