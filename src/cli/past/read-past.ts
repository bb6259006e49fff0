import { createMemoryViewStore } from '../../adapters/memory/view-store.ts'
import type { App } from '../../app.ts'
import type { Fact } from '../../events/catalogue.ts'
import { board } from '../../projections/board.ts'
import { costs } from '../../projections/costs.ts'
import { loops } from '../../projections/loops.ts'
import { outbox } from '../../projections/outbox.ts'
import type { TaskRow } from '../../projections/task-row.ts'
import { openView } from '../../runtime/views.ts'
import { readOutbox } from '../status/read-outbox.ts'
import { type StatusViews, statusOf } from '../status/read-status.ts'
import type { Status } from '../status/status-answer.ts'
import { logUntil, type Moment } from './moment.ts'

/** How everything stood at a moment. */
export type Past = {
  /** Of the last event before it; 0 where there was none. */
  readonly position: number
  /** When that happened; null where nothing had. */
  readonly at: string | null
  readonly status: Status
  readonly tasks: ReadonlyMap<string, TaskRow>
  readonly views: StatusViews
}

/** Folds the log again up to a moment: what costs as much as the log is long until then. */
export async function readPast(app: App, moment: Moment): Promise<Past> {
  const store = createMemoryViewStore()
  const log = logUntil(app.log, moment)
  const views = {
    board: await openView(board, { log, store }),
    costs: await openView(costs, { log, store }),
    loops: await openView(loops, { log, store }),
  }
  const told = await openView(outbox, { log, store })
  let last: Fact | undefined
  for await (const batch of log.readAfter(0)) {
    for (const view of [...Object.values(views), told]) await view.take(batch)
    last = batch.at(-1) ?? last
  }
  const now = 'instant' in moment ? moment.instant : new Date(last?.at ?? app.clock.now())
  return {
    position: last?.position ?? 0,
    at: last?.at ?? null,
    status: {
      ...(await statusOf(views, now, { holder: ({ holder }) => (holder ? 'working' : 'gone') })),
      outbox: await readOutbox(told),
      quotas: [], // nobody knows them any more
      plugins: [],
    },
    tasks: await views.board.rows<TaskRow>('task/'),
    views,
  }
}
