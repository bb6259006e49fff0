import type { App } from '../../app.ts'
import { nearest } from '../../config/nearest.ts'
import { type DeskUser, withDesk } from '../../daemon/with-desk.ts'
import { LoopworkError } from '../../errors.ts'
import { taskStream } from '../../events/event.ts'
import type { TaskCommand } from '../../machines/task/commands.ts'
import type { TaskRow } from '../../projections/task-row.ts'
import type { Surroundings } from '../command.ts'
import type { Project } from '../open-project.ts'

/** Asks something of tasks, all of them or none, and tells the backlog. */
export async function moveTask(
  app: App,
  project: Project,
  ids: readonly string[],
  command: TaskCommand,
  { print, argv }: Surroundings,
): Promise<void> {
  const rows = await withDesk(app, project.settings, 'cli', async (user) => {
    for (const id of ids) findTask(user, id)
    await user.dispatch(ids.map((id) => ({ stream: taskStream(user.backlog.id, id), command })))
    await user.sync()
    return ids.map((id) => findTask(user, id))
  })
  if (argv.includes('--json')) {
    print.json({ schema: 'loopwork/task-moved@1', tasks: rows.map(({ id, state }) => ({ id, state })) })
  } else for (const { id, state } of rows) print.line(`${id} is ${state}`)
}

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
