import { type BoardSummary, summaryKey } from '../projections/board.ts'
import { dayKey, dayOf, totalKey } from '../projections/costs.ts'
import { type LoopRow, sessionOwnerPrefix } from '../projections/loops.ts'
import { nothing, type Totals } from '../projections/money.ts'
import { tellBlocked } from '../projections/narration.ts'
import type { TaskRow, TaskState } from '../projections/task-row.ts'
import type { Frame } from './history.ts'

export function tasksIn({ board }: Frame): TaskRow[] {
  return [...board].flatMap(([key, row]) => (key.startsWith('task/') ? (row as TaskRow) : []))
}

export function taskAt({ board }: Frame, stream: string): TaskRow | undefined {
  return board.get(stream) as TaskRow | undefined
}

/** Every machine: loops first, then tasks that are alive, then the others. */
export function machinesIn(frame: Frame): string[] {
  const tasks = tasksIn(frame)
  const isAlive = ({ open }: TaskRow): boolean => open !== null
  return [
    ...loopsIn(frame).map(({ namespace }) => `loop/${namespace}`),
    ...[...tasks.filter(isAlive), ...tasks.filter((task) => !isAlive(task))].map(({ stream }) => stream),
  ]
}

/** The stream that somebody means by it, or by the id or the namespace at its end; null where there is none. */
export function streamCalled(frame: Frame, name: string): string | null {
  if (frame.board.has(name)) return name
  const streams = machinesIn(frame)
  return streams.find((stream) => stream === name || stream.endsWith(`/${name}`)) ?? null
}

export function countsIn({ board }: Frame): BoardSummary {
  return (board.get(summaryKey) as BoardSummary | undefined) ?? {}
}

export function loopsIn({ loops }: Frame): LoopRow[] {
  return [...loops]
    .flatMap(([key, row]) => (key.startsWith(sessionOwnerPrefix) ? [] : (row as LoopRow)))
    .sort((a, b) => (a.namespace < b.namespace ? -1 : 1))
}

export function totalsAt({ costs }: Frame, key: string): Totals {
  return (costs.get(key) as Totals | undefined) ?? nothing
}

export const totalOf = (frame: Frame): Totals => totalsAt(frame, totalKey)
export const dayTotalOf = (frame: Frame, at: string): Totals => totalsAt(frame, dayKey(dayOf(at)))

/** An amount, with what is uncertain about it. */
export function costText({ costUsd, estimatedUsd, unknownCost, attempts }: Totals): string {
  if (attempts === 0) return 'nothing'
  if (unknownCost > 0 && costUsd === 0) return 'unknown'
  const least = unknownCost > 0 ? 'at least ' : ''
  const amount = costUsd > 0 && costUsd < 0.01 ? costUsd.toFixed(4) : costUsd.toFixed(2)
  return `${least}$${amount}${estimateOf(costUsd, estimatedUsd)}`
}

/** A share of an amount, as far as it is known. */
export function shareText(part: Totals, wholeUsd: number): string {
  const { costUsd, unknownCost } = part
  if (wholeUsd <= 0) return '–'
  if (unknownCost > 0 && costUsd === 0) return 'unknown'
  return `${unknownCost > 0 ? 'at least ' : ''}${Math.round((costUsd / wholeUsd) * 100)} %`
}

function estimateOf(costUsd: number, estimatedUsd: number): string {
  if (estimatedUsd <= 0) return ''
  return estimatedUsd >= costUsd ? ' (an estimate)' : ' (part of it an estimate)'
}

/** Why a task is where it is, as far as anybody has said; null where nothing needs to be said. */
export function reasonOf({ state, reason, waitsFor, missing, cyclic }: TaskRow): string | null {
  if (state === 'blocked') return tellBlocked(waitsFor, missing, cyclic)[1]
  return state === 'completed' ? null : reason
}

/** States in plain words, where the name of the state is none. */
const stateWords: Readonly<Record<string, string>> = {
  waitingToRetry: 'waiting to retry',
  waitingForLimit: 'waiting for a limit',
  needsPerson: 'needs a person',
  verifying: 'being checked',
}

export const stateText = (state: string): string => stateWords[state] ?? state

/** The columns of the board. */
export const columns: readonly (readonly [name: string, states: readonly TaskState[]])[] = [
  ['Running', ['claimed', 'running', 'verifying']],
  ['Needs a person', ['needsPerson']],
  ['Waiting', ['waitingToRetry', 'waitingForLimit']],
  ['Queued', ['queued']],
  ['Blocked', ['blocked']],
  ['Failed', ['failed']],
  ['Done', ['completed', 'skipped', 'cancelled', 'removed']],
]

/** Which column a state belongs to. */
export const columnOf = Object.fromEntries(
  columns.flatMap(([name, states]) => states.map((state) => [state, name])),
) as Readonly<Record<TaskState, string>>
