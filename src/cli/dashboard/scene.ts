import type { BoardSummary } from '../../projections/board.ts'
import type { Totals } from '../../projections/money.ts'
import type { Level } from '../../projections/narration.ts'
import type { TaskRow, TaskState } from '../../projections/task-row.ts'
import type { LoopStatus } from '../status/status-answer.ts'

/** Everything that a dashboard shows of a project at one moment. */
export type Scene = {
  /** ISO 8601. */
  readonly now: string
  readonly project: string
  readonly loops: readonly LoopStatus[]
  /** Null where no budget is set. */
  readonly dailyBudgetUsd: number | null
  readonly today: Totals
  readonly total: Totals
  readonly counts: BoardSummary
  /** In the order of their urgency to a person who looks. */
  readonly tasks: readonly TaskRow[]
  /** The ends of what the open attempts have printed, by stream. */
  readonly outputs: ReadonlyMap<string, readonly string[]>
  /** The newest last. */
  readonly events: readonly EventLine[]
}

export type EventLine = {
  readonly at: string
  readonly level: Level
  readonly subject: string
  readonly text: string
}

/** The columns of the board, each with the states in it. */
export const tabs = {
  all: null,
  running: ['claimed', 'running', 'verifying'],
  waiting: ['waitingToRetry', 'waitingForLimit', 'needsPerson'],
  queued: ['queued'],
  blocked: ['blocked'],
  failed: ['failed'],
  done: ['completed', 'skipped', 'cancelled', 'removed'],
} as const satisfies Record<string, readonly TaskState[] | null>

export type Tab = keyof typeof tabs
export const tabNames = Object.keys(tabs) as readonly Tab[]

/** How many tasks stand in a column. */
export function countIn({ counts }: Pick<Scene, 'counts'>, tab: Tab): number {
  const states: readonly TaskState[] = tabs[tab] ?? (Object.keys(counts) as TaskState[])
  return states.reduce((sum, state) => sum + (counts[state] ?? 0), 0)
}

/** The tasks of a column that match a filter, which is looked for in id, title and feature. */
export function shownTasks({ tasks }: Scene, tab: Tab, filter: string): readonly TaskRow[] {
  const states: readonly TaskState[] | null = tabs[tab]
  const wanted = filter.toLowerCase()
  return tasks.filter(
    ({ state, id, title, feature }) =>
      (states === null || states.includes(state)) &&
      (wanted === '' || `${id} ${title} ${feature ?? ''}`.toLowerCase().includes(wanted)),
  )
}

const urgency: Readonly<Record<TaskState, number>> = {
  running: 0,
  verifying: 0,
  claimed: 0,
  taken: 0,
  needsPerson: 1,
  waitingForLimit: 2,
  waitingToRetry: 2,
  queued: 3,
  blocked: 4,
  failed: 5,
  completed: 6,
  skipped: 7,
  cancelled: 7,
  removed: 8,
}
const priorities = { high: 0, medium: 1, low: 2, background: 3 }

/** T-2 before T-10. */
const byName = new Intl.Collator('en', { numeric: true }).compare

/** What runs first, then what needs somebody, what waits, what is next; what is done comes last, newest first. */
export function byUrgency(a: TaskRow, b: TaskRow): number {
  const rank = urgency[a.state] - urgency[b.state]
  if (rank !== 0) return rank
  const isOver = urgency[a.state] >= 5
  const order = isOver ? b.since.localeCompare(a.since) : priorities[a.priority] - priorities[b.priority]
  return order || byName(a.id, b.id)
}
