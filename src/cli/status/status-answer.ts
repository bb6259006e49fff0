import type { SeenLoop } from '../../daemon/loop-state.ts'
import type { PluginStatus } from '../../plugins/overview.ts'
import type { BoardSummary } from '../../projections/board.ts'
import type { LoopRow } from '../../projections/loops.ts'
import { nothing, type Totals } from '../../projections/money.ts'
import type { TaskRow } from '../../projections/task-row.ts'
import type { OutboxStatus, Quota } from './read-outbox.ts'

/** One loop, as `status` shows it. */
export type LoopStatus = {
  readonly namespace: string
  readonly state: SeenLoop['state']
  readonly reason: string
  readonly since: string
  readonly until: string | null
  readonly pid: number | null
  readonly session: string
  readonly startedAt: string
  readonly files: string
  readonly backlog: string
  readonly iterations: number
  /** How many tasks it works on at once. */
  readonly parallel: number
  /** A pause that a person has not taken back yet, whatever the state: nothing new is begun. */
  readonly pause: LoopRow['pause']
  readonly backlogProblem: string | null
  readonly barredAgents: LoopRow['bars']
  readonly costs: { readonly session: Totals; readonly total: Totals }
}

/** A task that is neither queued nor blocked nor closed, as `status` shows it. */
export type ActiveTask = Pick<
  TaskRow,
  'id' | 'title' | 'state' | 'since' | 'reason' | 'notBefore' | 'attempts'
> & {
  readonly namespace: string | null
  /** Which of the workers of that loop has it, counted from 1. */
  readonly worker: number | null
  readonly agent: string | null
  readonly model: string | null
}

/** The answer of `status --json`. `processes` and `summary` are as the predecessor had them. */
export type Status = {
  readonly schema: 'loopwork/status@1'
  readonly command: 'status'
  readonly timestamp: string
  readonly processes: readonly {
    readonly namespace: string
    readonly pid: number
    readonly status: 'running'
    /** The first of `taskIds`. */
    readonly taskId?: string
    readonly taskIds: readonly string[]
    readonly startTime: string
    /** Milliseconds. */
    readonly runtime: number
  }[]
  readonly summary: { readonly total: number; readonly active: number }
  readonly loops: readonly LoopStatus[]
  readonly tasks: { readonly counts: BoardSummary; readonly active: readonly ActiveTask[] }
  readonly costs: { readonly today: Totals; readonly total: Totals }
  readonly plugins: readonly PluginStatus[]
  /** What remote backlogs are still to be told. */
  readonly outbox: OutboxStatus
  /** Requests that GitHub lets through until `resetsAt`, as it said last. */
  readonly quotas: readonly Quota[]
}

/** The part of it that the board, the costs and the loops say. */
export type FoldedStatus = Omit<Status, 'outbox' | 'plugins' | 'quotas'>

/** The status of a project in which nothing has run yet. */
export function nothingYet(now: Date): Status {
  return {
    schema: 'loopwork/status@1',
    command: 'status',
    timestamp: now.toISOString(),
    processes: [],
    summary: { total: 0, active: 0 },
    loops: [],
    tasks: { counts: {}, active: [] },
    costs: { today: nothing, total: nothing },
    plugins: [],
    outbox: { outstanding: 0, since: null, problem: null },
    quotas: [],
  }
}
