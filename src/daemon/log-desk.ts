import type { App } from '../app.ts'
import { LoopworkError } from '../errors.ts'
import type { Asker } from '../events/event.ts'
import { orderTasks } from '../machines/selection.ts'
import { board } from '../projections/board.ts'
import type { TaskRow } from '../projections/task-row.ts'
import { openView } from '../runtime/views.ts'
import type { DeskUser } from './with-desk.ts'

/**
 * A desk that knows of a backlog what the log says, for whoever may not be handed the right to reach the
 * backlog itself: the server that an agent speaks to.
 */
export async function openLogDesk(
  app: App,
  backlog: string,
  by: Asker,
): Promise<DeskUser & { close(): Promise<void> }> {
  const view = await openView(board, { log: app.log, store: app.store })
  let tasks: readonly TaskRow[] = []
  const sync = async (): Promise<void> => {
    await view.catchUp()
    const rows = [...(await view.rows<TaskRow>(`task/${backlog}/`)).values()]
    tasks = orderTasks(rows.filter(({ state }) => state !== 'removed'))
  }
  await sync()
  return {
    backlog: unreachable(backlog),
    desk: { tasks: () => tasks },
    board: view,
    dispatch: await app.dispatch({ by }),
    sync,
    deliver: async () => undefined,
    close: async () => undefined,
  }
}

/** What stands for a backlog that cannot be reached from here. */
function unreachable(id: string): DeskUser['backlog'] {
  const refuse = async (): Promise<never> => {
    throw new LoopworkError('unavailable', `${id} cannot be reached from here: only loopwork itself can`, {
      hint: 'The text of your own task is in what you were told; of another one the log knows title and state.',
    })
  }
  return { kind: byLog, id, isRemote: true, read: refuse, brief: refuse, add: refuse }
}

/** The kind of a backlog that only the loop reaches; others ask it through the log. */
export const byLog = 'log'
