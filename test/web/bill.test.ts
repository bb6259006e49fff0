import { expect, test } from 'vitest'
import type { DomainEvent, Fact } from '../../src/events/catalogue.ts'
import { taskStream } from '../../src/events/event.ts'
import type { Usage } from '../../src/events/shapes.ts'
import type { Totals } from '../../src/projections/money.ts'
import { billOf, type Grouping, groupings } from '../../src/webapp/bill.ts'
import { createHistory } from '../../src/webapp/history.ts'
import { costText, dayTotalOf, totalOf } from '../../src/webapp/rows.ts'
import { claimed, queued, remains } from '../support/task-facts.ts'

const tokens = { input: 1_000, output: 200, cacheRead: 50, cacheWrite: 0, reasoning: 0 }
const usage = (costUsd: number | null, costSource: Usage['costSource'], ...models: string[]): Usage => ({
  models: Object.fromEntries(models.map((model) => [model, tokens])),
  costUsd,
  costSource,
})

type Written = { readonly task: string; readonly day: number; readonly event: DomainEvent }

const offered = (feature: string | null): DomainEvent =>
  ({ ...queued, data: { ...queued.data, feature } }) as DomainEvent
const begun = (agent: string, namespace: string): DomainEvent =>
  ({ ...claimed(1), data: { ...claimed(1).data, agent, namespace } }) as DomainEvent
const ended = (used: Usage | null): DomainEvent => ({
  type: 'task.attemptSucceeded',
  data: { ...remains(1), usage: used, summary: 'done' },
})
const failed = (kind: 'launch' | 'crash', used: Usage | null): DomainEvent => ({
  type: 'task.attemptFailed',
  data: { ...remains(1), usage: used, kind, reason: 'it broke' },
})
const progressed = (used: Usage): DomainEvent => ({
  type: 'task.progressed',
  data: { attempt: 1, usage: used, agentSession: null },
})

/** Two days of work: known, estimated, unknown and free attempts, of two agents in two namespaces. */
const night: readonly Written[] = [
  { task: 'A', day: 1, event: offered('auth') },
  { task: 'A', day: 1, event: begun('claude', 'one') },
  { task: 'A', day: 1, event: progressed(usage(0.4, 'cli', 'sonnet')) },
  { task: 'A', day: 2, event: ended(usage(1.25, 'cli', 'sonnet')) },
  { task: 'B', day: 2, event: offered('auth') },
  { task: 'B', day: 2, event: begun('codex', 'one') },
  { task: 'B', day: 2, event: ended(usage(0.5, 'list', 'gpt')) },
  { task: 'C', day: 2, event: offered(null) },
  { task: 'C', day: 2, event: begun('codex', 'two') },
  { task: 'C', day: 2, event: ended(null) },
  { task: 'D', day: 2, event: offered('shop') },
  { task: 'D', day: 2, event: begun('claude', 'two') },
  { task: 'D', day: 2, event: failed('launch', null) },
  { task: 'E', day: 2, event: offered('shop') },
  { task: 'E', day: 2, event: begun('claude', 'two') },
  { task: 'E', day: 2, event: progressed(usage(0.3, 'cli', 'opus', 'haiku')) },
  { task: 'E', day: 2, event: failed('crash', null) }, // what it had used was known before
]

function historyOf(written: readonly Written[]) {
  const history = createHistory()
  history.take(
    written.map(
      ({ task, day, event }, nth): Fact => ({
        id: `id-${nth}`,
        position: nth + 1,
        stream: taskStream('tasks.json', task),
        version: written.slice(0, nth + 1).filter((one) => one.task === task).length,
        at: new Date(Date.UTC(2026, 0, day) + nth * 1_000).toISOString(),
        session: 's',
        correlation: 'c',
        causation: 'c',
        by: 'loop',
        schema: 1,
        event,
      }),
    ),
  )
  return history
}

const history = historyOf(night)
const shown = (grouping: Grouping, position = night.length) =>
  Object.fromEntries(billOf(history.at(position), grouping).map(([key, totals]) => [key, costText(totals)]))

test('each grouping shows what is known, what is an estimate and what is the least', () => {
  expect(shown('day')).toEqual({
    '2026-01-01': '$0.40',
    '2026-01-02': 'at least $1.65 (part of it an estimate)',
  })
  expect(shown('agent')).toEqual({ claude: '$1.55', codex: 'at least $0.50 (an estimate)' })
  expect(shown('feature')).toEqual({
    auth: '$1.75 (part of it an estimate)',
    '(none)': 'unknown',
    shop: '$0.30',
  })
  expect(shown('namespace')).toEqual({
    one: '$1.75 (part of it an estimate)',
    two: 'at least $0.30',
  })
  expect(shown('task')).toEqual({
    A: '$1.25',
    B: '$0.50 (an estimate)',
    C: 'unknown',
    D: '$0.00',
    E: '$0.30',
  })
  expect(shown('model')).toEqual({
    sonnet: '$1.25',
    gpt: '$0.50 (an estimate)',
    opus: 'unknown', // two models, one sum
    haiku: 'unknown',
  })
  expect(costText(totalOf(history.at(night.length)))).toBe('at least $2.05 (part of it an estimate)')
  expect(costText(dayTotalOf(history.at(night.length), '2026-01-01T10:00:00Z'))).toBe('$0.40')
})

test.each(groupings.filter((grouping) => grouping !== 'model'))(
  'by %s, the parts are the whole at every position',
  (grouping) => {
    for (let position = 0; position <= night.length; position += 1) {
      const frame = history.at(position)
      const parts = billOf(frame, grouping).map(([, totals]) => totals)
      const sum = (of: (totals: Totals) => number) => parts.reduce((all, totals) => all + of(totals), 0)
      const total = totalOf(frame)
      for (const name of ['costUsd', 'estimatedUsd', 'attempts', 'unknownCost'] as const) {
        expect(
          sum((totals) => totals[name]),
          `${name} at ${position}`,
        ).toBeCloseTo(total[name], 9)
      }
    }
  },
)
