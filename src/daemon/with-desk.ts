import { createProcesses } from '../adapters/supervisor/processes.ts'
import type { App } from '../app.ts'
import type { Settings } from '../config/settings.ts'
import type { Asker } from '../events/event.ts'
import { loopStream } from '../events/event.ts'
import type { Backlog } from '../ports/backlog.ts'
import { board } from '../projections/board.ts'
import { type Desk, openDesk } from '../runtime/desk.ts'
import type { Dispatch } from '../runtime/dispatch.ts'
import { openOutbox } from '../runtime/outbox.ts'
import { openView, type View } from '../runtime/views.ts'
import { dispatchUnlessMoved } from '../runtime/work/dispatch-unless-moved.ts'
import { openBacklog, openPost } from './open-backlog.ts'

/** What somebody needs who looks at the tasks, or changes one, without being a loop. */
export type DeskUser = {
  readonly backlog: Pick<Backlog, 'kind' | 'id' | 'isRemote' | 'read' | 'brief' | 'add'>
  readonly desk: Pick<Desk, 'tasks'>
  readonly board: View
  readonly dispatch: Dispatch
  /** Brings backlog and log together, and tells the backlog what is new. */
  sync(): Promise<void>
  /** Tells a remote backlog what is outstanding, unless a run does so already; the rest is left to the next. */
  deliver(): Promise<void>
}

/** Opens the backlog and the log side by side, brought together. Whoever opens it closes it. */
export async function openDeskUser(
  app: App,
  settings: Settings,
  by: Asker,
): Promise<DeskUser & { close(): Promise<void> }> {
  const backlog = await openBacklog(app, settings, createProcesses())
  try {
    const dispatch = await app.dispatch({ by, retry: settings.retry })
    const view = await openView(board, { log: app.log, store: app.store })
    const plan = { loop: loopStream(settings.namespace) }
    const desk = await openDesk({ backlog, dispatch, plan, clock: app.clock }, view)
    const sync = async (): Promise<void> => {
      await dispatchUnlessMoved({ dispatch }, await desk.refresh())
      await view.catchUp()
    }
    await sync()
    const deliver = async (): Promise<void> => {
      if (backlog.isRemote) await tellAll(app, backlog)
    }
    return { backlog, desk, board: view, dispatch, sync, deliver, close: () => backlog.close() }
  } catch (thrown) {
    await backlog.close()
    throw thrown
  }
}

/** The same for one use; afterwards it is closed. */
export async function withDesk<T>(
  app: App,
  settings: Settings,
  by: Asker,
  use: (user: DeskUser) => Promise<T>,
): Promise<T> {
  const user = await openDeskUser(app, settings, by)
  try {
    const used = await use(user)
    await user.deliver()
    return used
  } finally {
    await user.close()
  }
}

async function tellAll(app: App, backlog: Backlog): Promise<void> {
  const refused = (): void => undefined // whoever looks next sees it
  const post = await openPost(app, null)
  const outbox = await openOutbox({
    ...post,
    backlog,
    clock: app.clock,
    log: app.log,
    store: app.store,
    refused,
  })
  await outbox.close(patienceMs)
}

/** How long a command waits for a remote backlog to be told. Milliseconds. */
const patienceMs = 15_000
