import { describe, expect, test } from 'vitest'
import type { DomainEvent, Fact } from '../../src/events/catalogue.ts'
import type { TaskEvent } from '../../src/events/task.ts'
import type { TaskCommand } from '../../src/machines/task/commands.ts'
import { costs, dayKey, namespaceKey, totalKey } from '../../src/projections/costs.ts'
import { createOwedAnalyses } from '../../src/runtime/owed-analyses.ts'
import { given } from '../support/given.ts'
import { attemptSucceeded, claimed, queued, started } from '../support/task-facts.ts'

const followUp = {
  key: 'k1',
  title: 'The docs',
  description: '',
  priority: null,
  isPart: true,
  dependsOn: [],
}
const data = (attempt: number, ...keys: string[]) => ({
  ...{ attempt, namespace: 'default', analyzer: 'pattern', isApproved: true, usage: null },
  found: keys.map((key) => ({ ...followUp, key })),
})
const found = (attempt: number, ...keys: string[]): TaskEvent => ({
  type: 'task.followUpsFound',
  data: data(attempt, ...keys),
})
const report = (attempt: number, ...keys: string[]): TaskCommand => ({
  type: 'reportFollowUps',
  ...data(attempt, ...keys),
})
const settle = (key: string): TaskCommand => ({
  type: 'settleFollowUp',
  ...{ key, title: 'The docs', outcome: { id: 'T-1a' } },
})
const added = (request: string): TaskEvent => ({
  type: 'task.subtaskAdded',
  data: { request, id: 'T-1a', title: 'The docs' },
})
const completed: TaskEvent = { type: 'task.completed', data: { reason: 'done' } }
const done = [queued, claimed(1), started(1), attemptSucceeded(1), completed] as const

describe('an attempt', () => {
  test('is looked over once, whoever looks again', () => {
    given(...done)
      .when(report(1, 'k1'))
      .yields(found(1, 'k1'))
    given(...done, found(1))
      .when(report(1, 'k1'))
      .yields()
    given(...done, found(1, 'k1'), added('k1'))
      .when(report(1, 'k1'))
      .yields()
  })

  test('after a reset is looked over anew', () => {
    const reset: TaskEvent = { type: 'task.reset', data: { reason: 'again' } }
    const again = [...done, found(1, 'k1'), reset, claimed(2), started(2), attemptSucceeded(2), completed]
    given(...again)
      .when(report(2, 'k2'))
      .yields(found(2, 'k2'))
    given(...again, found(2, 'k2'))
      .when(settle('k1'))
      .yields(added('k1')) // it waits for as long as it takes
  })
})

describe('a finding', () => {
  const { key: _, isPart, ...words } = followUp
  const asking = { attempt: 1, ...words, isPart, followUp: 'k1' }

  test('is settled once, and unknown ones never', () => {
    given(...done, found(1, 'k1', 'k2'))
      .when(settle('k2'))
      .yields(added('k2'))
    given(...done, found(1, 'k1', 'k2'), added('k2'))
      .when(settle('k2'))
      .yields()
    given(...done, found(1, 'k1'))
      .when(settle('k3'))
      .yields()
  })

  test('is asked of the loop once, also while the next attempt runs', () => {
    const ask: TaskCommand = { type: 'askFollowUp', ...asking }
    const asked: TaskEvent = { type: 'task.subtaskAsked', data: asking }
    given(...done, found(1, 'k1'))
      .when(ask)
      .yields(asked)
    given(...done, found(1, 'k1'), asked)
      .when(ask)
      .yields()
    given(queued, claimed(1), started(1), found(1, 'k1')).when(ask).yields(asked)
  })
})

let position = 0
const fact = (event: DomainEvent, more: Partial<Fact> = {}): Fact => {
  position += 1
  const place = { id: `f${position}`, position, stream: 'task/b/T-1', version: position } as const
  const cause = { session: 's', correlation: 'c', causation: 'c', by: 'loop', schema: 1 } as const
  return { ...place, ...cause, at: '2026-01-01T00:00:00.000Z', event, ...more }
}

describe('the end of a run', () => {
  const soon = new Date('2026-01-01T00:00:05.000Z')
  const owedAfter = (...facts: Fact[]) => {
    const owed = createOwedAnalyses({ session: 's', begunAt: new Date(0), waitMs: 10_000 })
    owed.hear(facts)
    return owed
  }

  test('waits for the look and for what comes of it, but not for ever', () => {
    const ended = fact(completed)
    expect(owedAfter(ended).first(soon)).toMatchObject({
      reason: 'what T-1 has left to be done is being looked for',
      until: '2026-01-01T00:00:10.000Z',
    })
    expect(owedAfter(ended).first(new Date('2026-01-01T00:00:10.000Z'))).toBeNull()
    expect(owedAfter(ended, fact(found(1))).first(soon)).toBeNull()
    const both = [ended, fact(found(1, 'k1', 'k2')), fact(added('k1'))]
    expect(owedAfter(...both).first(soon)).not.toBeNull()
    expect(owedAfter(...both, fact(added('k2'))).first(soon)).toBeNull()
  })

  test('does not wait for other sessions, for people, and for what waits for people', () => {
    expect(owedAfter(fact(completed, { session: 'other' })).first(soon)).toBeNull()
    expect(owedAfter(fact(completed, { by: 'cli' })).first(soon)).toBeNull()
    const waiting = { type: 'task.followUpsFound', data: { ...data(1, 'k1'), isApproved: false } } as const
    expect(owedAfter(fact(completed), fact(waiting)).first(soon)).toBeNull()
  })
})

test('what asking an agent has cost is charged to the day and the namespace', () => {
  const rows = new Map<string, unknown>()
  const usage = { models: {}, costUsd: 0.25, costSource: 'cli' } as const
  const charged = { ...data(1), usage }
  costs.on['task.followUpsFound']?.(rows, charged, fact({ type: 'task.followUpsFound', data: charged }))
  for (const key of [totalKey, dayKey('2026-01-01'), namespaceKey('default')]) {
    expect(rows.get(key)).toMatchObject({ costUsd: 0.25, attempts: 0, unknownCost: 0 })
  }
})
