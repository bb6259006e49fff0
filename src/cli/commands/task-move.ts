import type { App } from '../../app.ts'
import { findTask } from '../../daemon/find-task.ts'
import { withDesk } from '../../daemon/with-desk.ts'
import { taskStream } from '../../events/event.ts'
import type { TaskCommand } from '../../machines/task/commands.ts'
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
