import type { Fact } from '../events/catalogue.ts'
import type { Tokens, Usage } from '../events/shapes.ts'
import { totalKey } from '../projections/costs.ts'
import { nothing, type Totals, withUsage } from '../projections/money.ts'
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

/** What stood in the views before a fact: of its task, of its attempt, and of all costs. */
export type Before = {
  readonly task: TaskRow | undefined
  readonly usage: Usage | null
  readonly total: Totals | undefined
}

export function beforeOf({ board, costs }: Frame, { stream }: Fact): Before {
  return {
    task: board.get(stream) as TaskRow | undefined,
    usage: (costs.get(`open/${stream}`) as { readonly usage: Usage | null } | undefined)?.usage ?? null,
    total: costs.get(totalKey) as Totals | undefined,
  }
}

/**
 * Charges by agent and feature just what the fact has added to all costs, so that every grouping comes to the same
 * sum; by model when the attempt ends, without dollars where it used several: agents tell one sum.
 */
export function chargeBill(
  bill: Map<string, unknown>,
  { task, usage, total }: Before,
  after: Totals,
  fact: Fact,
): void {
  if (after === (total ?? nothing)) return
  const { event } = fact
  const agent = event.type === 'task.claimed' ? event.data.agent : (task?.open?.agent ?? '?')
  const added = difference(after, total ?? nothing)
  charge(bill, `agent/${agent}`, added)
  charge(bill, `feature/${task?.feature ?? '(none)'}`, added)
  if (
    event.type === 'task.attemptSucceeded' ||
    event.type === 'task.attemptFailed' ||
    event.type === 'task.attemptAbandoned'
  )
    chargeModels(bill, event.data.usage ?? usage)
}

function chargeModels(bill: Map<string, unknown>, usage: Usage | null): void {
  const models = Object.entries(usage?.models ?? {})
  for (const [model, tokens] of models) {
    const costUsd = models.length === 1 ? (usage?.costUsd ?? null) : null
    const own: Usage = { models: { [model]: tokens }, costUsd, costSource: usage?.costSource ?? 'unknown' }
    charge(bill, `model/${model}`, {
      ...withUsage(nothing, null, own),
      attempts: 1,
      unknownCost: costUsd === null ? 1 : 0,
    })
  }
}

function charge(bill: Map<string, unknown>, key: string, added: Totals): void {
  bill.set(key, combined((bill.get(key) as Totals | undefined) ?? nothing, added, 1))
}

const difference = (after: Totals, before: Totals): Totals => combined(after, before, -1)

function combined(a: Totals, b: Totals, sign: 1 | -1): Totals {
  const names = Object.keys({ ...a.models, ...b.models })
  return {
    models: Object.fromEntries(names.map((name) => [name, tokensOf(a.models[name], b.models[name], sign)])),
    costUsd: rounded(a.costUsd + sign * b.costUsd),
    estimatedUsd: rounded(a.estimatedUsd + sign * b.estimatedUsd),
    attempts: a.attempts + sign * b.attempts,
    unknownCost: a.unknownCost + sign * b.unknownCost,
  }
}

const noTokens: Tokens = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0, reasoning: 0 }

function tokensOf(a = noTokens, b = noTokens, sign: 1 | -1): Tokens {
  return {
    input: a.input + sign * b.input,
    output: a.output + sign * b.output,
    cacheRead: a.cacheRead + sign * b.cacheRead,
    cacheWrite: a.cacheWrite + sign * b.cacheWrite,
    reasoning: a.reasoning + sign * b.reasoning,
  }
}

/** To a billionth of a dollar, so that sums of decimals stay what a person would add up. */
const rounded = (amount: number): number => Math.round(amount * 1e9) / 1e9
