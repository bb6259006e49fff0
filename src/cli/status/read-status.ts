import { createProcesses } from '../../adapters/supervisor/processes.ts'
import type { App } from '../../app.ts'
import { seenLoop } from '../../daemon/loop-state.ts'
import { type HolderState, holderOf } from '../../daemon/take-namespace.ts'
import { overview } from '../../plugins/overview.ts'
import { activeKey, type BoardSummary, board, summaryKey } from '../../projections/board.ts'
import { costs, dayKey, dayOf, namespaceKey, sessionKey, totalKey } from '../../projections/costs.ts'
import { type LoopRow, loops, sessionOwnerPrefix } from '../../projections/loops.ts'
import { nothing, type Totals } from '../../projections/money.ts'
import { outbox } from '../../projections/outbox.ts'
import type { TaskRow } from '../../projections/task-row.ts'
import type { View } from '../../runtime/views.ts'
import { readOutbox, readQuotas } from './read-outbox.ts'
import type { ActiveTask, FoldedStatus, LoopStatus, Status } from './status-answer.ts'

/** The views that a status is read from, as far as the log goes. */
export type StatusViews = { readonly board: View; readonly costs: View; readonly loops: View }

/** What it costs depends neither on the length of the log nor on that of the backlog. */
export async function readStatus(app: App, namespace: string | undefined): Promise<Status> {
  const views = { board: await app.view(board), costs: await app.view(costs), loops: await app.view(loops) }
  const processes = createProcesses()
  const whose: Whose = { holder: (row) => holderOf(app, processes, row), namespace }
  const now = app.clock.now()
  return {
    ...(await statusOf(views, now, whose)),
    plugins: await overview(app.plugins, namespace),
    outbox: await readOutbox(await app.view(outbox)),
    quotas: readQuotas(app.stateDir, now),
  }
}

/** Whose status it is, and how it stands with the process that holds a loop; of the past one takes the log's word. */
type Whose = {
  readonly holder: (row: LoopRow) => HolderState | Promise<HolderState>
  readonly namespace?: string | undefined
}

/** Reads the views row by row. */
export async function statusOf(
  { board: boardView, costs: costView, loops: loopView }: StatusViews,
  now: Date,
  { holder, namespace }: Whose,
): Promise<FoldedStatus> {
  const active = await activeTasks(boardView)
  const all = [...(await loopView.rows<LoopRow>(''))].flatMap(([key, row]) =>
    key.startsWith(sessionOwnerPrefix) || (namespace && row.namespace !== namespace) ? [] : row,
  )
  const totals = async (key: string) => (await costView.row<Totals>(key)) ?? nothing
  const statuses = await Promise.all(
    all.map(async (row) =>
      loopStatus(row, await holder(row), {
        session: await totals(sessionKey(row.session)),
        total: await totals(namespaceKey(row.namespace)),
      }),
    ),
  )
  const running = statuses.filter(({ pid }) => pid !== null)
  return {
    schema: 'loopwork/status@1',
    command: 'status',
    timestamp: now.toISOString(),
    processes: running.map(({ namespace: name, pid, startedAt }) => {
      const taskIds = active.filter((one) => one.namespace === name).map(({ id }) => id)
      return {
        namespace: name,
        pid: pid ?? 0,
        status: 'running',
        ...(taskIds[0] === undefined ? {} : { taskId: taskIds[0] }),
        taskIds,
        startTime: startedAt,
        runtime: now.getTime() - new Date(startedAt).getTime(),
      }
    }),
    summary: { total: statuses.length, active: running.length },
    loops: statuses,
    tasks: { counts: withoutZeros((await boardView.row<BoardSummary>(summaryKey)) ?? {}), active },
    costs: { today: await totals(dayKey(dayOf(now.toISOString()))), total: await totals(totalKey) },
  }
}

function loopStatus(row: LoopRow, holder: HolderState, spent: LoopStatus['costs']): LoopStatus {
  const { state, reason, pid } = seenLoop(row, holder)
  return {
    namespace: row.namespace,
    state,
    reason,
    since: row.since,
    until: row.until,
    pid,
    session: row.session,
    startedAt: row.startedAt,
    files: row.files,
    backlog: row.options.backlog,
    iterations: row.iterations,
    parallel: row.options.terms?.parallel ?? 1,
    pause: row.pause,
    backlogProblem: row.backlogProblem,
    barredAgents: row.bars,
    costs: spent,
  }
}

async function activeTasks(view: View): Promise<ActiveTask[]> {
  const streams = (await view.row<readonly string[]>(activeKey)) ?? []
  const rows = await Promise.all(streams.map((stream) => view.row<TaskRow>(stream)))
  return rows.flatMap((row) =>
    row
      ? {
          id: row.id,
          title: row.title,
          state: row.state,
          since: row.since,
          reason: row.reason,
          notBefore: row.notBefore,
          attempts: row.attempts,
          namespace: row.open?.namespace ?? null,
          worker: row.open?.worker ?? null,
          agent: row.open?.agent ?? null,
          model: row.open?.model ?? null,
        }
      : [],
  )
}

function withoutZeros(counts: BoardSummary): BoardSummary {
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== 0))
}
