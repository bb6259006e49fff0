import { expect, onTestFinished, test, vi } from 'vitest'
import { createProcesses } from '../../src/adapters/supervisor/processes.ts'
import type { DomainEvent } from '../../src/events/catalogue.ts'
import { loopStream, type StreamId, taskStream } from '../../src/events/event.ts'
import { context, queued } from '../support/examples.ts'
import { openStoreIn, started } from '../support/history.ts'
import { backlogOf, configOf, makeProject, type Project } from '../support/project.ts'

const loop = loopStream('default')
const task = (id: string) => taskStream('json:tasks.json', id)
const self = createProcesses().self
const until = '2099-01-02T03:04:05.000Z'
const ranOut: DomainEvent = {
  type: 'loop.idled',
  data: { rule: 'retry', reason: 'A is tried again then', until },
}
const claimed = (attempt: number): DomainEvent => ({
  type: 'task.claimed',
  data: {
    attempt,
    title: 'A',
    namespace: 'default',
    iteration: attempt,
    agent: 'claude',
    model: null,
    files: 'sessions/default/1',
    timeoutMs: 600_000,
    before: null,
    allowanceUsd: null,
    worker: 1,
  },
})
const failed: DomainEvent = {
  type: 'task.attemptFailed',
  data: {
    attempt: 1,
    usage: null,
    agentSession: null,
    durationMs: 5,
    exit: { code: 1, signal: null },
    output: null,
    kind: 'crash',
    reason: 'the tests do not pass',
  },
}

type History = readonly (readonly [StreamId, readonly DomainEvent[]])[]

async function projectWith(history: History): Promise<Project> {
  const project = makeProject({ 'package.json': '{}' })
  const { log, close } = await openStoreIn(project.folder)
  const versions = new Map<StreamId, number>()
  for (const [stream, events] of history) {
    const expectedVersion = versions.get(stream) ?? 0
    await log.append([{ stream, expectedVersion, events }], context)
    versions.set(stream, expectedVersion + events.length)
  }
  await close()
  return project
}

async function why(project: Project, ...words: readonly string[]) {
  const { code, out, err } = await project.loopwork('why', ...words, '--json')
  expect([code, err]).toEqual([0, ''])
  return JSON.parse(out)
}

const alive = started(1, self)
const limited: DomainEvent = {
  type: 'loop.agentBarred',
  data: { agent: 'claude', model: null, until, reason: 'usage limit' },
}
const retrying: DomainEvent[] = [
  queued,
  claimed(1),
  failed,
  { type: 'task.retryScheduled', data: { notBefore: until, kind: 'crash' } },
]

test.each<[string, History, object]>([
  [
    'a loop that has just begun',
    [
      [loop, [alive]],
      [task('A'), [queued]],
    ],
    {
      state: 'running',
      waitsFor: [],
      next: { does: 'claim', rule: 'priority', detail: 'takes A with claude' },
    },
  ],
  [
    'a loop with an attempt open',
    [
      [loop, [alive]],
      [task('A'), [queued, claimed(1)]],
    ],
    { state: 'working', because: 'attempt 1 at A with claude', until: '2026-01-01T00:10:00.000Z' },
  ],
  [
    'a loop that waits for the time of a retry',
    [
      [task('A'), retrying],
      [loop, [alive, ranOut]],
    ],
    { state: 'idle', until, next: { does: 'idle', rule: 'retry', until } },
  ],
  [
    'a loop whose only agent is barred',
    [
      [task('A'), [queued]],
      [loop, [alive, limited]],
    ],
    { state: 'running', next: { does: 'idle', rule: 'limit', detail: 'claude: usage limit', until } },
  ],
  [
    'a loop that something outside holds',
    [
      [task('A'), [queued]],
      [
        loop,
        [
          alive,
          { type: 'loop.held', data: { reason: '8 hours are booked', until } },
          { type: 'loop.idled', data: { rule: 'hold', reason: '8 hours are booked', until } },
        ],
      ],
    ],
    {
      state: 'idle',
      waitsFor: ['8 hours are booked'],
      until,
      next: { does: 'idle', rule: 'hold', detail: '8 hours are booked', until },
      ways: [
        { command: null },
        { command: 'loopwork stop default' },
        { what: `Nothing new is begun before ${until}: 8 hours are booked`, command: 'loopwork plugins' },
      ],
    },
  ],
  [
    'a loop that is paused',
    [
      [task('A'), [queued]],
      [loop, [alive, { type: 'loop.paused', data: { reason: 'lunch' } }]],
    ],
    { state: 'paused', because: 'lunch', ways: [{ command: 'loopwork continue default' }] },
  ],
  [
    'a loop whose process has died',
    [
      [task('A'), [queued]],
      [loop, [started(1)]],
    ],
    { state: 'crashed', ways: [{ command: 'loopwork resume --namespace default' }] },
  ],
  [
    'a loop that nobody can help but a person',
    [
      [task('A'), [queued]],
      [
        loop,
        [
          alive,
          {
            type: 'loop.agentBarred',
            data: { agent: 'claude', model: null, until: null, reason: 'no login' },
          },
          {
            type: 'loop.stopped',
            data: { session: 'loopwork-default-1', reason: 'person-needed', detail: 'claude: no login' },
          },
        ],
      ],
    ],
    {
      state: 'stopped',
      because: 'person-needed: claude: no login',
      next: { does: 'stop', rule: 'person-needed' },
    },
  ],
])('%s', async (_, history, expected) => {
  expect(await why(await projectWith(history))).toMatchObject({
    schema: 'loopwork/why@1',
    of: 'loop',
    ...expected,
  })
})

test('a task says what it waits for', async () => {
  const blocked: DomainEvent = {
    type: 'task.blocked',
    data: { waitsFor: ['A', 'GONE'], missing: ['GONE'], cyclic: [] },
  }
  const project = await projectWith([
    [loop, [alive, ranOut]],
    [task('A'), retrying],
    [task('B'), [queued, blocked]],
    [task('C'), [queued]],
  ])
  expect(await why(project, 'B')).toMatchObject({
    of: 'task',
    state: 'blocked',
    waitsFor: ['A, which is waitingToRetry: the tests do not pass', 'GONE, which is not in the backlog'],
  })
  expect(await why(project, 'A')).toMatchObject({
    state: 'waitingToRetry',
    because: 'attempt 1 failed (crash): the tests do not pass',
    until,
  })
  expect(await why(project, 'C')).toMatchObject({
    state: 'queued',
    waitsFor: ['the loop default, which is idle: A is tried again then'],
    next: { does: 'claim', detail: 'takes C with claude' },
  })
  const told = (await project.loopwork('why', 'B')).out
  expect(told).toMatch(/The task B is blocked for .*\nBecause {4}it depends on[\s\S]*You can/)
  expect((await project.loopwork('why', 'NOBODY')).code).toBe(4)
})

test('of a loop that runs it says what runs, and what comes when that is over', async () => {
  const project = makeProject({
    'loopwork.config.json': configOf([process.execPath, '-e', 'setTimeout(() => {}, 60_000)'], {
      timeout: 100,
    }),
    'tasks.json': backlogOf({ id: 'A-1', title: 'One' }, { id: 'A-2', title: 'Two' }),
  })
  const run = project.begin('start')
  onTestFinished(() => void run.kill('SIGINT'))
  await vi.waitFor(async () => expect((await project.loopwork('why')).out).toMatch(/is working/), 20_000)
  const found = await why(project)
  expect(found).toMatchObject({
    because: 'attempt 1 at A-1 with command',
    next: { does: 'claim', detail: 'takes A-2 with command' },
  })
  expect(Date.parse(found.until) - Date.parse(found.since)).toBeGreaterThan(90_000)
  await project.loopwork('pause')
  expect(await why(project)).toMatchObject({ state: 'paused', next: { does: 'idle', rule: 'pause' } })
  run.kill('SIGINT')
  await vi.waitFor(async () => expect((await project.loopwork('why')).out).toMatch(/is draining/), 20_000)
  expect(await why(project)).toMatchObject({ next: { does: 'stop', rule: 'drain' } })
  run.kill('SIGINT')
  await run.answer
  expect(await why(project)).toMatchObject({ state: 'stopped' })
}, 60_000)
