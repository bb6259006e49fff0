import { describe, expect, test } from 'vitest'
import { type Candidacy, decideNext, type Situation } from '../../src/machines/scheduling.ts'
import { now } from '../support/examples.ts'

const claude = { agent: 'claude', model: null, timeoutMs: 1000, costWeight: 50, isFallback: false }
const codex = { ...claude, agent: 'codex', isFallback: true }
const later = '2026-01-01T01:00:00.000Z'
const task = (id: string, more: Partial<Candidacy> = {}): Candidacy => ({
  id,
  state: 'queued',
  feature: null,
  notBefore: null,
  open: null,
  tries: 0,
  ...more,
})
const next = (more: Partial<Situation<typeof claude, Candidacy>>) =>
  decideNext({
    now,
    tasks: [],
    feature: null,
    startFrom: null,
    iterations: 0,
    maxIterations: 50,
    pool: [claude],
    bars: [],
    hold: null,
    budget: null,
    failuresInRow: 0,
    circuitBreaker: 5,
    outage: null,
    additions: 0,
    backlogProblem: null,
    ...more,
  })

describe('the scheduler', () => {
  test('gives the first task that is ready to the first agent', () => {
    expect(next({ tasks: [task('a', { state: 'blocked' }), task('b'), task('c')] })).toMatchObject({
      do: 'claim',
      task: { id: 'b' },
      candidate: { agent: 'claude' },
    })
  })

  test('begins with the task that it is told to begin with, once that is ready', () => {
    expect(next({ tasks: [task('a'), task('b')], startFrom: 'b' })).toMatchObject({ task: { id: 'b' } })
    expect(next({ tasks: [task('a'), task('b', { state: 'completed' })], startFrom: 'b' })).toMatchObject({
      task: { id: 'a' },
    })
  })

  test('takes only tasks of the feature', () => {
    expect(next({ tasks: [task('a'), task('b', { feature: 'f' })], feature: 'f' })).toMatchObject({
      task: { id: 'b' },
    })
  })

  test('never takes a task whose last attempt is still open', () => {
    expect(next({ tasks: [task('a', { open: {} })] })).toMatchObject({ do: 'stop' })
  })

  test('waits for as long as something outside holds it', () => {
    const hold = { reason: '8 of 8 hours are used', until: later }
    expect(next({ tasks: [task('a')], hold })).toEqual({ do: 'idle', rule: 'hold', ...hold })
    expect(next({ tasks: [task('a')], hold: { ...hold, until: now.toISOString() } })).toMatchObject({
      do: 'claim',
    })
    expect(next({ tasks: [], hold })).toMatchObject({ do: 'stop', reason: 'done' })
  })

  test('waits for the first retry, and says so', () => {
    const waiting = task('a', { state: 'waitingToRetry', notBefore: later })
    expect(next({ tasks: [waiting] })).toMatchObject({ do: 'idle', rule: 'retry', until: later })
    expect(next({ tasks: [waiting], now: new Date(later) })).toMatchObject({ do: 'claim' })
  })

  test('waits for the day to renew when the budget is spent', () => {
    const budget = { dailyUsd: 10, spentUsd: 10, renewsAt: later }
    expect(next({ tasks: [task('a')], budget })).toMatchObject({ do: 'idle', rule: 'budget', until: later })
    expect(next({ tasks: [task('a')], budget: { ...budget, spentUsd: 9.99 } })).toMatchObject({ do: 'claim' })
  })

  test('uses the fallback while an agent is barred, and waits when all are', () => {
    const bars = [{ agent: 'claude', model: null, until: later, reason: 'limit' }]
    expect(next({ tasks: [task('a')], pool: [claude, codex], bars })).toMatchObject({
      candidate: { agent: 'codex' },
    })
    expect(next({ tasks: [task('a')], bars })).toMatchObject({ do: 'idle', rule: 'limit', until: later })
  })

  test('gives a task that met a limit to another agent, if there is one', () => {
    const bars = [{ agent: 'claude', model: null, until: later, reason: 'limit' }]
    const tasks = [task('a', { state: 'waitingForLimit', notBefore: later })]
    expect(next({ tasks, pool: [claude, codex], bars })).toMatchObject({
      do: 'claim',
      candidate: { agent: 'codex' },
    })
    expect(next({ tasks, bars })).toMatchObject({ do: 'idle', rule: 'limit', until: later })
    expect(next({ tasks, pool: [claude, codex] })).toMatchObject({ do: 'idle', rule: 'limit', until: later })
  })

  test('stops for a person when no agent can be used any more', () => {
    const bars = [{ agent: 'claude', model: null, until: null, reason: 'not logged in' }]
    expect(next({ tasks: [task('a')], bars })).toMatchObject({
      do: 'stop',
      reason: 'person-needed',
      detail: 'claude: not logged in',
    })
  })

  test('stops at the bound of attempts, and when too many tasks fail in a row', () => {
    expect(next({ tasks: [task('a')], iterations: 50 })).toMatchObject({
      do: 'stop',
      reason: 'max-iterations',
    })
    expect(next({ tasks: [task('a')], failuresInRow: 5 })).toMatchObject({
      do: 'stop',
      reason: 'circuit-breaker',
    })
  })

  test('waits for a backlog that has to be repaired, once all it knows of is done', () => {
    const backlogProblem = 'line 2'
    expect(next({ tasks: [task('a')], backlogProblem })).toMatchObject({ do: 'claim' })
    expect(next({ tasks: [task('a', { state: 'completed' })], backlogProblem })).toEqual({
      do: 'idle',
      rule: 'backlog',
      reason: 'the backlog has to be repaired first',
      until: null,
    })
  })

  test('says what is left when nothing more can be done', () => {
    expect(next({ tasks: [task('a', { state: 'blocked' }), task('b', { state: 'failed' })] })).toEqual({
      do: 'stop',
      reason: 'done',
      detail: 'nothing more can be done: 1 blocked by others, 1 failed',
    })
    expect(next({ tasks: [task('a', { state: 'completed' })] })).toMatchObject({
      detail: 'all tasks are done',
    })
    expect(next({ tasks: [task('a', { state: 'running', open: { attempt: 1 } })] })).toMatchObject({
      detail: 'nothing more can be done: 1 worked on in another namespace',
    })
    expect(next({ tasks: [] })).toMatchObject({ detail: 'the backlog has no tasks' })
    expect(next({ tasks: [task('a')], feature: 'ui' })).toMatchObject({
      detail: 'the backlog has no task of the feature ui',
    })
  })
})
