import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { DomainEvent, Fact } from '../../src/events/catalogue.ts'
import { loopStream, taskStream } from '../../src/events/event.ts'
import { context, queued } from '../support/examples.ts'
import { addTask, serveGitHub } from '../support/github/backlog.ts'
import { projectAt } from '../support/github/project.ts'
import type { Fault, GitHub } from '../support/github/server.ts'
import { openStoreIn, started } from '../support/history.ts'
import type { Project } from '../support/project.ts'

/** An agent that leaves a file, and ends when it is told to by another. */
const waiting = `const fs = require('fs')
fs.appendFileSync('begun-' + process.env.LOOPWORK_TASK_ID, 'x')
setInterval(() => fs.existsSync('go') && process.exit(0), 20)`

const eventually = { timeout: 30_000, interval: 100 }
const down: Fault = { reply: { status: 503, data: { message: 'Service Unavailable' } } }

const claimed: DomainEvent = {
  type: 'task.claimed',
  data: {
    attempt: 1,
    title: 'Issue 1',
    namespace: 'default',
    iteration: 1,
    agent: 'command',
    model: null,
    files: 'sessions/default/1',
    timeoutMs: 60_000,
    before: null,
    allowanceUsd: null,
    worker: 1,
  },
}

async function ask(project: Project, ...words: readonly string[]) {
  return JSON.parse((await project.loopwork(...words, '--json')).out)
}

/** Two tasks, the first of them under way, when GitHub goes down. */
async function goDown(fault: Fault) {
  const github = await serveGitHub()
  const issues = [addTask(github), addTask(github)]
  const project = projectAt(github, waiting)
  const run = project.begin('start')
  await expect.poll(() => existsSync(join(project.folder, 'begun-GH-1')), eventually).toBe(true)
  await expect.poll(() => issues[0]?.labels, eventually).toContain('loopwork:in-progress')
  github.fault = () => fault
  project.write('go', '')
  return { github, issues, project, run }
}

async function expectAllTold(github: GitHub, project: Project): Promise<void> {
  for (const { state, labels, comments } of github.state.issues.values()) {
    expect({ state, labels }).toEqual({ state: 'closed', labels: ['loopwork-task'] })
    expect(comments.map(({ body }) => /loopwork:(\w+)/.exec(body)?.[1])).toEqual(['told'])
  }
  expect((await ask(project, 'task', 'show', 'GH-2')).attempts).toBe(1)
  expect(project.read('begun-GH-2')).toBe('x')
}

test.each<[string, Fault]>([
  ['answers 503', down],
  ['cuts every connection', { cut: true, isDone: false }],
])(
  'while GitHub %s the next task waits without a fault, and goes on when it is back',
  async (_, fault) => {
    const { github, issues, project, run } = await goDown(fault)
    await expect
      .poll(async () => (await ask(project, 'why')).next, eventually)
      .toMatchObject({ does: 'idle', rule: 'backlog', until: expect.any(String) })
    await expect
      .poll(async () => (await ask(project, 'why')).backlog, eventually)
      .toMatchObject({
        name: 'acme/app',
        trouble: 'unreachable',
        problem: expect.stringMatching(/503|did not answer/),
        since: expect.any(String),
        nextTry: expect.any(String),
        outstanding: [{ task: 'GH-1', status: 'completed' }],
      })
    const words = (await project.loopwork('why')).out
    expect(words).toMatch(/acme\/app cannot be reached for \d+s, since/)
    expect(words).toMatch(/tried again at/)
    expect(words).toMatch(/to be told there, the oldest for \d+s: 1 \(GH-1 completed\)/)
    expect(issues.map(({ state }) => state)).toEqual(['open', 'open'])
    expect(await ask(project, 'task', 'show', 'GH-2')).toMatchObject({ state: 'queued', attempts: 0 })
    expect((await ask(project, 'status')).loops).toMatchObject([{ iterations: 1, barredAgents: [] }])
    github.fault = () => null
    const { code, out } = await run.answer
    expect({ code, out: code === 0 ? '' : out }).toEqual({ code: 0, out: '' })
    await expectAllTold(github, project)
  },
  90_000,
)

test('an outage outlives the death of the loop: the next one waits, too', async () => {
  const { github, project, run } = await goDown(down)
  const isWaiting = async () => (await ask(project, 'why')).next?.rule
  await expect.poll(isWaiting, eventually).toBe('backlog')
  run.kill('SIGKILL')
  await run.answer
  expect(await ask(project, 'why')).toMatchObject({
    state: 'crashed',
    backlog: { trouble: 'unreachable', nextTry: null, outstanding: [{ task: 'GH-1' }] },
  })
  const next = project.begin('resume')
  await expect.poll(async () => (await ask(project, 'why')).state, eventually).toBe('idle')
  github.fault = () => null
  expect((await next.answer).code).toBe(0)
  await expectAllTold(github, project)
}, 90_000)

test('a text that cannot be had after the claim costs no try, and bars nobody', async () => {
  const github = await serveGitHub()
  addTask(github)
  const project = projectAt(github)
  // A process that died right after the claim: the text has to be read anew.
  const { log, close } = await openStoreIn(project.folder)
  await log.append([{ stream: loopStream('default'), expectedVersion: 0, events: [started(1)] }], context)
  const stream = taskStream('acme/app', 'GH-1')
  await log.append([{ stream, expectedVersion: 0, events: [queued, claimed] }], context)
  await close()
  github.fault = ({ path }) => (/\/issues\/1$/.test(path) ? down : null)
  const run = project.begin('start')
  await expect
    .poll(async () => (await ask(project, 'why')).next, eventually)
    .toMatchObject({ does: 'idle', rule: 'backlog' })
  github.fault = () => null
  expect((await run.answer).code).toBe(0)
  const { state, history } = await ask(project, 'task', 'show', 'GH-1')
  const failure = history.find(({ event }: Fact) => event.type === 'task.attemptFailed')
  expect(failure.event.data).toMatchObject({ kind: 'stopped', reason: expect.stringContaining('503') })
  expect(state).toBe('completed')
  const types = history.map(({ event }: Fact) => event.type)
  expect(types.slice(types.indexOf('task.attemptFailed') + 1)[0]).toBe('task.requeued')
}, 60_000)
