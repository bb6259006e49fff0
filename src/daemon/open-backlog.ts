import { openJsonBacklog } from '../adapters/json/backlog.ts'
import type { App } from '../app.ts'
import type { Settings } from '../config/settings.ts'
import { LoopworkError } from '../errors.ts'
import type { Backlog } from '../ports/backlog.ts'
import type { Processes } from '../ports/processes.ts'

/** The backlog that the settings name. */
export async function openBacklog(
  app: Pick<App, 'projectRoot' | 'clock'>,
  { backend }: Settings,
  processes: Processes,
): Promise<Backlog> {
  if (backend.kind === 'json') {
    return openJsonBacklog({
      projectRoot: app.projectRoot,
      tasksFile: backend.tasksFile,
      ...(backend.tasksDir ? { tasksDir: backend.tasksDir } : {}),
      clock: app.clock,
      processes,
    })
  }
  throw new LoopworkError('invalid', `there is no backlog of the kind ${backend.kind} yet`, {
    hint: 'Use the JSON backlog: `withJSONBackend({ tasksFile: … })` or --backend json.',
  })
}
