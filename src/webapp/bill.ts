import type { Fact } from '../events/catalogue.ts'
import type { Usage } from '../events/shapes.ts'
import { nothing, plusUsage, type Totals } from '../projections/money.ts'
import type { TaskRow } from '../projections/task-row.ts'
import type { Frame } from './history.ts'

/** What a bill can be grouped by. */
export const groupings = ['day', 'agent', 'model', 'feature', 'task', 'namespace'] as const
export type Grouping = (typeof groupings)[number]

/** Groups that the project's own view of costs has already. */
const inCosts: readonly Grouping[] = ['day', 'task', 'namespace']

/** Who and what was charged, by one grouping. */
export function billOf({ costs, bill }: Frame, grouping: Grouping): [string, Totals][] {
  const prefix = `${grouping}/`
  return [...(inCosts.includes(grouping) ? costs : bill)]
    .filter(([key]) => key.startsWith(prefix))
    .map(([key, row]) => [
      key.slice(grouping === 'task' ? key.lastIndexOf('/') + 1 : prefix.length),
      row as Totals,
    ])
}

/**
 * Charges the end of an attempt to its agent, its models and its feature, as the board knew them until then. By
 * model there are no dollars where an attempt used several: agents tell one sum.
 */
export function chargeBill(bill: Map<string, unknown>, board: Frame['board'], { event, stream }: Fact): void {
  if (
    event.type !== 'task.attemptSucceeded' &&
    event.type !== 'task.attemptFailed' &&
    event.type !== 'task.attemptAbandoned'
  )
    return
  const task = board.get(stream) as TaskRow | undefined
  const { usage } = event.data
  charge(bill, `agent/${task?.open?.agent ?? '?'}`, usage)
  charge(bill, `feature/${task?.feature ?? '(none)'}`, usage)
  const models = Object.entries(usage?.models ?? {})
  for (const [model, tokens] of models) {
    const costUsd = models.length === 1 ? (usage?.costUsd ?? null) : null
    charge(bill, `model/${model}`, {
      models: { [model]: tokens },
      costUsd,
      costSource: usage?.costSource ?? 'unknown',
    })
  }
}

function charge(bill: Map<string, unknown>, key: string, usage: Usage | null): void {
  const before = (bill.get(key) as Totals | undefined) ?? nothing
  bill.set(key, {
    ...plusUsage(before, usage, 1),
    attempts: before.attempts + 1,
    unknownCost: before.unknownCost + (usage?.costUsd == null ? 1 : 0),
  })
}
