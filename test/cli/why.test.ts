import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
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
const claimed = (attempt: number) =>
  ({
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
  }) satisfies DomainEvent
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
const paused: DomainEvent = { type: 'loop.paused', data: { reason: 'lunch' } }
const interrupted: DomainEvent = {
  type: 'loop.stopped',
  data: {
    session: 'loopwork-default-1',
    reason: 'interrupted',
    detail: 'its process 4711 was ended by SIGKILL',
  },
}
const asked: DomainEvent = {
  type: 'task.asked',
  data: { attempt: 1, question: 'q', text: 'Which port?', options: [], fallback: '8080', deadline: until },
}
const running: DomainEvent = { type: 'task.started', data: { attempt: 1, supervisor: self, process: self } }
const overBudget: DomainEvent = {
  type: 'loop.idled',
  data: { rule: 'budget', reason: "$5.00 of today's budget of $5.00 are spent", until },
}
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
    'a loop that is paused while an attempt runs',
    [
      [loop, [alive]],
      [task('A'), [queued, claimed(1), running]],
      [task('B'), [queued]],
      [loop, [paused]],
    ],
    {
      state: 'paused',
      waitsFor: ['`loopwork continue`', expect.stringMatching(/^A, running for/)],
      next: { does: 'idle', rule: 'pause', detail: 'begins nothing; after that it takes B with claude' },
    },
  ],
  [
    'a loop that has spent the budget of the day',
    [
      [task('A'), [queued]],
      [loop, [alive, overBudget]],
    ],
    { state: 'idle', because: "$5.00 of today's budget of $5.00 are spent", until },
  ],
  [
    'a loop whose agent waits for an answer',
    [
      [loop, [alive]],
      [task('A'), [queued, claimed(1), running, asked]],
    ],
    {
      state: 'working',
      waitsFor: [expect.stringContaining(`which waits for an answer until ${until}`)],
      ways: [
        { what: 'Answer its agent: Which port?', command: 'loopwork answer A …' },
        { command: 'loopwork logs default --follow' },
        { command: 'loopwork task cancel A' },
        { command: 'loopwork pause default' },
      ],
    },
  ],
  [
    'a loop that is ending what runs',
    [
      [loop, [alive]],
      [task('A'), [queued, claimed(1), running]],
      [loop, [{ type: 'loop.interruptRequested', data: { reason: 'asked for on the command line' } }]],
    ],
    {
      state: 'interrupting',
      because: 'asked for on the command line',
      waitsFor: [expect.stringMatching(/^A, running for/)],
      until: null,
      next: { does: 'stop', rule: 'interrupt' },
    },
  ],
  [
    'a loop that was killed',
    [
      [task('A'), [queued]],
      [loop, [alive, interrupted]],
    ],
    {
      state: 'stopped',
      because: 'interrupted: its process 4711 was ended by SIGKILL',
      waitsFor: ['somebody who starts it'],
      next: { does: 'claim', detail: 'takes A with claude' },
      ways: [
        { command: 'loopwork resume --namespace default' },
        { command: 'loopwork start --namespace default' },
      ],
    },
  ],
  [
    'a loop that was paused, then killed',
    [
      [task('A'), [queued]],
      [loop, [alive, paused, interrupted]],
    ],
    {
      state: 'stopped',
      next: { does: 'idle', rule: 'pause' },
      ways: [{}, {}, { command: 'loopwork continue default' }],
    },
  ],
  [
    'a loop whose process has died with an attempt open',
    [
      [loop, [started(1)]],
      [task('A'), [queued, claimed(1), running]],
    ],
    {
      state: 'crashed',
      because: 'process 999999 ended without a word',
      ways: [{ command: 'loopwork resume --namespace default' }, { command: 'loopwork kill default' }],
    },
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

test('a task says who has it, and what of that has come to an end', async () => {
  const ofGone: DomainEvent = { ...claimed(1), data: { ...claimed(1).data, namespace: 'gone' } }
  const project = await projectWith([
    [loop, [alive]],
    [task('A'), [queued, claimed(1), running, asked]],
    [task('B'), [queued, { type: 'task.taken', data: { reason: 'by hand' } }]],
    [task('C'), [queued, ofGone, running]],
    [taskStream('tasks.json', 'D'), [queued, ofGone, running]],
    [taskStream('tasks.json', 'E'), [queued, claimed(1), running]],
    [loopStream('gone'), [started(1)]],
  ])
  expect(await why(project, 'A')).toMatchObject({
    state: 'running',
    because: 'the agent of attempt 1 with claude in the namespace default asks: Which port?',
    waitsFor: ['an answer; without one it is the fallback: 8080'],
    until,
    ways: [{ command: 'loopwork answer A …' }, {}, {}],
  })
  expect(await why(project, 'B')).toMatchObject({
    state: 'taken',
    because: 'by hand',
    waitsFor: ['whoever has it in hand'],
  })
  expect(await why(project, 'C')).toMatchObject({
    because: expect.stringContaining('which is crashed: its result is read at the next start'),
    waitsFor: ['the loop gone, which is crashed: process 999999 ended without a word'],
    until: null,
    ways: [{ command: 'loopwork resume --namespace gone' }, {}, {}],
  })
  const left = 'left by its loop; its result is read at the next start'
  const { out } = await project.loopwork('status')
  expect(out).toMatch(new RegExp(`^C +left .*: ${left}$`, 'm'))
  expect(out).toMatch(/^A +running /m)
  const tasks = backlogOf(...['D', 'E'].map((id) => ({ id, title: id })))
  writeFileSync(join(project.folder, 'tasks.json'), tasks)
  const shown = (id: string) => project.loopwork('task', 'show', id, '--tasks-file', 'tasks.json')
  expect((await shown('D')).out).toContain(`Attempt   ${left}`)
  expect((await shown('E')).out).not.toContain(left)
  expect((await project.loopwork('dashboard')).out).toMatch(/\? left +C /)
})

test('a loop whose process lives but has let its lease run out is silent', async () => {
  const project = makeProject({ 'package.json': '{}' })
  const { log, leases, close } = await openStoreIn(project.folder)
  const fence = { name: loop, token: 1 }
  const takes = { ...context, fence: { ...fence, raise: true } } as const
  await log.append([{ stream: loop, expectedVersion: 0, events: [alive] }], takes)
  expect(await leases.renew(fence, new Date(0))).toBe(true)
  await close()
  expect(await why(project)).toMatchObject({
    state: 'silent',
    because: `process ${self.pid} lives, but does not answer: it is stopped or hangs`,
    ways: [{ command: 'loopwork restart default' }, { command: 'loopwork kill default' }],
  })
})

test('which loop is meant is decided as `start` decides it', async () => {
  const project = await projectWith([
    [loop, [alive]],
    [loopStream('prod'), [alive]],
    [loopStream('night'), [alive]],
  ])
  const name = async (of: Pick<Project, 'loopwork'>, ...words: readonly string[]) =>
    JSON.parse((await of.loopwork('why', '--json', ...words)).out).name
  expect(await name(project)).toBe('default')
  project.write('loopwork.config.json', JSON.stringify({ namespace: 'prod' }))
  expect(await name(project)).toBe('prod')
  expect(await name(project.with({ LOOPWORK_NAMESPACE: 'night' }))).toBe('night')
  expect(await name(project.with({ LOOPWORK_NAMESPACE: 'night' }), '--namespace', 'default')).toBe('default')
  for (const command of ['pause', 'logs', 'kill', 'restart', 'timeline', 'continue', 'stop']) {
    const { err } = await project.loopwork(command, '--config', 'nowhere.json')
    expect(err).toContain('name the namespace')
  }
  expect((await project.loopwork('pause')).out).toContain('prod begins nothing new')
  expect((await project.with({ LOOPWORK_NAMESPACE: 'night' }).loopwork('pause')).out).toContain(
    'night begins',
  )
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
