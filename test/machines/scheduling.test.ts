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
  parent: null,
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
    parallel: 1,
    open: [],
    failureMode: 'continue',
    failed: null,
    failuresInRow: 0,
    circuitBreaker: 5,
    outage: null,
    additions: 0,
    owed: null,
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
    const budget = { dailyUsd: 10, spentUsd: 10, reservedUsd: 0, typicalUsd: 0, renewsAt: later }
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

describe('several workers', () => {
  const busy = (...workers: number[]) => workers.map((worker) => ({ worker }))
  const open = (id: string) => task(id, { state: 'running', open: {} })

  test('take a task each, and none while all are busy', () => {
    const tasks = [open('a'), task('b')]
    expect(next({ tasks, parallel: 2, open: busy(2) })).toMatchObject({
      do: 'claim',
      task: { id: 'b' },
      worker: 1,
    })
    expect(next({ tasks, parallel: 2, open: busy(1, 2) })).toMatchObject({ do: 'wait', until: null })
    expect(next({ tasks, parallel: 2, open: busy(1, 2, 3) })).toMatchObject({ do: 'wait' })
  })

  test('leave a task alone while its parent is worked on', () => {
    const child = task('b', { parent: 'a' })
    expect(next({ tasks: [open('a'), child, task('c')], parallel: 2, open: busy(1) })).toMatchObject({
      task: { id: 'c' },
    })
    expect(next({ tasks: [open('a'), child], parallel: 2, open: busy(1) })).toMatchObject({ do: 'wait' })
    expect(next({ tasks: [task('a', { state: 'completed' }), child] })).toMatchObject({ task: { id: 'b' } })
    expect(next({ tasks: [open('a'), child] })).toMatchObject({
      do: 'stop',
      detail: expect.stringMatching(/1 waiting for the work on their parents/),
    })
  })

  test('are waited for before the loop idles or stops', () => {
    const hold = { reason: 'enough for today', until: later }
    const retry = task('b', { state: 'waitingToRetry', notBefore: later })
    const running = { parallel: 2, open: busy(1) }
    expect(next({ tasks: [open('a'), task('b')], hold, ...running })).toMatchObject({
      do: 'wait',
      until: later,
    })
    expect(next({ tasks: [open('a'), retry], ...running })).toMatchObject({ do: 'wait', until: later })
    for (const bound of [{ iterations: 50 }, { failuresInRow: 5 }, {}]) {
      const tasks = bound.iterations || bound.failuresInRow ? [open('a'), task('b')] : [open('a')]
      expect(next({ tasks, ...bound, ...running })).toMatchObject({ do: 'wait', until: null })
    }
  })

  test('share what is left of the budget, and wait where it would not do for a usual attempt', () => {
    const budget = { dailyUsd: 10, spentUsd: 2, reservedUsd: 0, typicalUsd: 0, renewsAt: later }
    const tasks = [open('a'), task('b')]
    expect(next({ tasks: [task('b')], budget, parallel: 4 })).toMatchObject({ allowanceUsd: 2 })
    const beside = (more: Partial<typeof budget>) =>
      next({ tasks, parallel: 4, open: busy(1), budget: { ...budget, ...more } })
    expect(beside({ reservedUsd: 2 })).toMatchObject({ allowanceUsd: 2 })
    expect(beside({ reservedUsd: 6.5, typicalUsd: 0.5 })).toMatchObject({ allowanceUsd: 1 })
    expect(beside({ reservedUsd: 7.75, typicalUsd: 0.5 })).toMatchObject({ do: 'wait' })
    expect(beside({ reservedUsd: 8 })).toMatchObject({ do: 'wait' })
    expect(beside({ spentUsd: 10 })).toMatchObject({ do: 'wait', until: later })
  })

  test('end with the first failure where that is asked for', () => {
    const given = { tasks: [task('a')], failed: 'z' }
    expect(next(given)).toMatchObject({ do: 'claim' })
    expect(next({ ...given, failureMode: 'abort-all' })).toMatchObject({ do: 'abort' })
    expect(next({ ...given, failureMode: 'abort-all', failed: null })).toMatchObject({ do: 'claim' })
  })
})
