import type { Fact } from '../events/catalogue.ts'
import { dayOf } from '../projections/costs.ts'
import { nothing, plusUsage, type Totals } from '../projections/money.ts'

/** What a bill can be grouped by. */
export const groupings = ['day', 'agent', 'model', 'feature', 'task', 'namespace'] as const
export type Grouping = (typeof groupings)[number]

export type Bill = Readonly<Record<Grouping, ReadonlyMap<string, Totals>>>

type Mutable = Record<Grouping, Map<string, Totals>>

/**
 * Who and what was charged, from the ends of attempts up to a position. By model there are no dollars where an
 * attempt used several: agents tell one sum.
 */
export function billOf(facts: readonly Fact[], position: number): Bill {
  const bill: Mutable = {
    day: new Map(),
    agent: new Map(),
    model: new Map(),
    feature: new Map(),
    task: new Map(),
    namespace: new Map(),
  }
  const open = new Map<string, { agent: string; namespace: string }>()
  const features = new Map<string, string>()
  for (let at = 0; at < position; at += 1) {
    const fact = facts[at] as Fact
    const { event, stream } = fact
    switch (event.type) {
      case 'task.queued':
      case 'task.imported':
      case 'task.revised':
        features.set(stream, event.data.feature ?? '(none)')
        break
      case 'task.claimed':
        open.set(stream, { agent: event.data.agent, namespace: event.data.namespace })
        break
      case 'task.attemptSucceeded':
      case 'task.attemptFailed':
      case 'task.attemptAbandoned': {
        const { agent = '?', namespace = '?' } = open.get(stream) ?? {}
        charge(bill, event.data, {
          day: dayOf(fact.at),
          agent,
          namespace,
          feature: features.get(stream) ?? '(none)',
          task: stream.slice(stream.lastIndexOf('/') + 1),
        })
      }
    }
  }
  return bill
}

type Ended = Extract<Fact['event'], { type: 'task.attemptSucceeded' }>['data']
type Keys = Readonly<Record<Exclude<Grouping, 'model'>, string>>

function charge(bill: Mutable, { usage }: Pick<Ended, 'usage'>, keys: Keys): void {
  for (const [grouping, key] of Object.entries(keys) as [keyof Keys, string][]) {
    const before = bill[grouping].get(key) ?? nothing
    const unknownCost = before.unknownCost + (usage?.costUsd == null ? 1 : 0)
    bill[grouping].set(key, {
      ...plusUsage(before, usage, 1),
      attempts: before.attempts + 1,
      unknownCost,
    })
  }
  const models = Object.entries(usage?.models ?? {})
  for (const [model, tokens] of models) {
    const before = bill.model.get(model) ?? nothing
    const costUsd = models.length === 1 ? (usage?.costUsd ?? null) : null
    const own = { models: { [model]: tokens }, costUsd, costSource: usage?.costSource ?? 'unknown' } as const
    bill.model.set(model, {
      ...plusUsage(before, own, 1),
      attempts: before.attempts + 1,
      unknownCost: before.unknownCost + (costUsd === null ? 1 : 0),
    })
  }
}
