import { createProcesses } from '../../adapters/supervisor/processes.ts'
import type { App } from '../../app.ts'
import { type HolderState, holderOf } from '../../daemon/take-namespace.ts'
import type { Budget } from '../../machines/allowance.ts'
import { type Candidate, orderPool } from '../../machines/pool.ts'
import { decideNext, type Situation } from '../../machines/scheduling.ts'
import { orderTasks } from '../../machines/selection.ts'
import { board } from '../../projections/board.ts'
import { costs } from '../../projections/costs.ts'
import { backlogOf, type LoopRow } from '../../projections/loops.ts'
import { inOrder, outbox, type Telling } from '../../projections/outbox.ts'
import type { TaskRow } from '../../projections/task-row.ts'
import { budgetOf } from '../../runtime/budget.ts'
import type { Next } from './why.ts'

/** A loop, and all that its next step rests on, as the log has it. */
export type Scene = {
  readonly now: Date
  readonly loop: LoopRow
  /** How it stands with its process. */
  readonly holder: HolderState
  /** Tasks of its backlog, by priority; the log does not know the order among equals. */
  readonly tasks: readonly TaskRow[]
  /** Attempts of it that are not closed. */
  readonly open: readonly TaskRow[]
  readonly next: Next
  /** What its backlog is still to be told, oldest first. */
  readonly tellings: readonly Telling[]
}

/** Whether a process works off the backlog now, so that what is put off will be tried again. */
export const isAtWork = ({ loop, holder }: Scene): boolean => loop.state !== 'stopped' && holder === 'working'

/** Looks at a loop. The backlog itself is not read: a running loop has told the log what stands there. */
export async function sceneOf(app: App, loop: LoopRow): Promise<Scene> {
  const now = app.clock.now()
  const rows = await (await app.view(board)).rows<TaskRow>('task/')
  const all = [...rows.values()]
  const tasks = orderTasks(all.filter(({ backlog }) => backlog === loop.options.backlog))
  const open = all.filter((row) => row.open?.namespace === loop.namespace)
  const dailyUsd = loop.options.terms?.dailyBudgetUsd ?? null
  const budget =
    dailyUsd === null
      ? null
      : await budgetOf(await app.view(costs), { dailyUsd, now, namespace: loop.namespace })
  const tellings = await tellingsOf(app, loop.options.backlog)
  return {
    now,
    loop,
    holder: await holderOf(app, createProcesses(), loop),
    tasks,
    tellings,
    open,
    next: nextOf(situationOf({ now, loop, tasks, open, tellings, budget })),
  }
}

/** What a backlog is still to be told, oldest first. */
export async function tellingsOf(app: App, backlog: string): Promise<Telling[]> {
  return inOrder((await (await app.view(outbox)).rows<readonly Telling[]>(`task/${backlog}/`)).values())
}

function situationOf(given: {
  readonly now: Date
  readonly loop: LoopRow
  readonly tasks: readonly TaskRow[]
  readonly open: readonly TaskRow[]
  readonly tellings: readonly Telling[]
  readonly budget: Budget | null
}): Situation<Candidate, TaskRow> {
  const { now, loop, tasks, open, tellings, budget } = given
  const { feature, startFrom, maxIterations, terms, cli, model, timeoutMs } = loop.options
  const only = { agent: cli, model, timeoutMs, costWeight: 1, isFallback: false }
  const pool = terms ? orderPool(terms.pool, terms.strategy, () => 0) : [only]
  const parallel = terms?.parallel ?? 1
  const isOver = loop.state === 'stopped' // the next start counts anew
  return {
    now,
    tasks,
    feature,
    startFrom,
    iterations: isOver ? 0 : loop.iterations,
    maxIterations,
    pool,
    bars: loop.bars,
    hold: loop.hold,
    budget,
    parallel,
    // While all are busy one asks what comes once the first of them is free.
    open: open.slice(0, parallel - 1).map((row) => ({ worker: row.open?.worker ?? 0 })),
    failureMode: terms?.failureMode ?? 'continue',
    failed: isOver ? null : loop.failed,
    failuresInRow: isOver ? 0 : loop.failuresInRow,
    circuitBreaker: terms?.circuitBreaker ?? 0,
    ...backlogOf(loop),
    owed: null, // the loop itself knows, and says so while it waits
    additions: tellings.filter(({ subtask }) => subtask !== null).length,
  }
}

function nextOf(situation: Situation<Candidate, TaskRow>): Next {
  const step = decideNext(situation)
  if (step.do === 'wait') return { does: 'wait', rule: 'workers', detail: step.reason, until: step.until }
  if (step.do === 'abort') return { does: 'stop', rule: 'aborted', detail: step.reason, until: null }
  if (step.do === 'idle') return { does: 'idle', rule: step.rule, detail: step.reason, until: step.until }
  if (step.do === 'stop') return { does: 'stop', rule: step.reason, detail: step.detail, until: null }
  const { task, candidate } = step
  const isNamed = task.id === situation.startFrom
  const equals = situation.tasks.filter(
    ({ state, priority, open }) => state === 'queued' && priority === task.priority && !open,
  ).length
  const agent = [candidate.agent, candidate.model].filter(Boolean).join(' ')
  const detail =
    isNamed || equals <= 1
      ? `takes ${task.id} with ${agent}`
      : `takes the first in the backlog of ${equals} tasks of priority ${task.priority}, with ${agent}`
  return { does: 'claim', rule: isNamed ? 'start-from' : 'priority', detail, until: null }
}
