import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import type { Status } from '../../src/cli/status/status-answer.ts'
import {
  assertCode,
  type DaemonProject,
  journalOf,
  makeDaemonProject,
  stopOutside,
} from '../support/daemons.ts'
import { backlogOf, configOf } from '../support/project.ts'

const simultaneous = Number(process.env.LOOPWORK_TEST_STARTS ?? 5)
const namespaces = ['auth', 'pages', 'docs'] as const
const each = 30

/** An agent that notices if it is not alone at a task, or if the task was done before. */
const agent = (folder: string, workMs: number) => [
  process.execPath,
  resolve('test/fixtures/crash/agent.mjs'),
  folder,
  String(workMs),
]

function project(tasks: readonly Record<string, unknown>[], workMs: number, env = {}): DaemonProject {
  const made = makeDaemonProject({ 'tasks.json': backlogOf(...tasks) }, env)
  const seen = join(made.folder, 'seen')
  mkdirSync(seen)
  writeFileSync(
    join(made.folder, 'loopwork.config.json'),
    configOf(agent(seen, workMs), { maxIterations: 1000 }),
  )
  return made
}

const tasksOf = (feature: string, count: number) =>
  Array.from({ length: count }, (_, nth) => ({
    id: `${feature.toUpperCase()}-${nth * 5 + 1}`, // none that the agent fails at first
    title: `${feature} ${nth}`,
    feature,
  }))

test('three daemons work side by side, through pause, restart and kill -9', {
  timeout: 240_000,
}, async () => {
  const one = project(
    namespaces.flatMap((name) => tasksOf(name, each)),
    800, // long enough that none of them is done before it is looked at
  )
  const of = (name: string) => ['--namespace', name, '--feature', name]

  for (const name of namespaces) assertCode(await one.loopwork('start', '-d', ...of(name)), 0)
  for (const name of namespaces) expect((await one.status(name)).state).toBe('running')
  const monitor = JSON.parse(one.read('.loopwork-monitor-state.json'))
  expect(
    monitor.processes.map(({ namespace, args }: { namespace: string; args: string[] }) => [namespace, args]),
  ).toEqual([...namespaces].sort().map((name) => [name, ['--feature', name]]))

  // Paused: what runs ends, nothing begins, and it is told so.
  for (const name of namespaces) assertCode(await one.loopwork('pause', name), 0)
  for (const name of namespaces) {
    await one.until(
      name,
      ({ state }, { tasks }) =>
        state === 'paused' && !tasks.active.some(({ namespace }) => namespace === name),
      `${name} is paused and nothing of it runs`,
    )
  }
  const paused = await one.status('auth')

  // Followed, over the restart that comes.
  const tail = one.begin('logs', 'pages', '--follow', '--lines', '0')
  let seen = ''
  tail.stdout?.on('data', (chunk) => {
    seen += chunk
  })
  assertCode(await one.loopwork('continue', 'pages'), 0)
  await one.until('pages', ({ iterations }) => iterations > paused.iterations, 'pages goes on')
  await expect.poll(() => seen, { timeout: 10_000 }).toContain('PAGES-')

  // Restarted: another process, the same arguments, another session; the pause of another is not touched.
  const before = await one.status('pages')
  assertCode(await one.loopwork('restart', 'pages'), 0)
  const after = await one.status('pages')
  expect(after.state, after.reason).toBe('running')
  expect([after.pid === before.pid, after.session === before.session]).toEqual([false, false])
  expect(JSON.parse(one.read('.loopwork-state/pages-restart-args.json')).args).toEqual(['--feature', 'pages'])
  expect(await one.status('auth')).toMatchObject({ state: 'paused', iterations: paused.iterations })

  // Killed with -9 while it works, seen as crashed, started again.
  assertCode(await one.loopwork('continue', 'docs'), 0)
  const docs = await one.until(
    'docs',
    (_, { tasks }) =>
      tasks.active.some(({ namespace, state }) => namespace === 'docs' && state === 'running'),
    'docs works',
  )
  process.kill(docs.pid ?? 0, 'SIGKILL')
  await one.until('docs', ({ state }) => state === 'crashed', 'docs is seen to have crashed')
  assertCode(await one.loopwork('start', '-d', ...of('docs')), 0)
  expect((await one.status('docs')).state).toBe('running')

  assertCode(await one.loopwork('continue', 'auth'), 0)
  for (const name of namespaces) {
    const { reason } = await one.until(name, ({ state }) => state === 'stopped', `${name} has stopped`)
    expect(reason).toBe('all tasks are done')
  }

  // No task lost, none doubled.
  const journal = journalOf(one)
  expect(journal.filter((line) => /^(DOUBLE|AGAIN)/.test(line))).toEqual([])
  expect(journal.filter((line) => line.startsWith('end'))).toHaveLength(namespaces.length * each)
  const { tasks } = JSON.parse(one.read('tasks.json'))
  expect(tasks.filter(({ status }: { status: string }) => status !== 'completed')).toEqual([])
  expect((await one.loopwork('rebuild', '--check')).code).toBe(0)

  // The follower saw the end of one session and all of the next.
  tail.kill('SIGINT')
  assertCode(await tail.answer, 0)
  const { reason } = await one.status('pages')
  expect(seen).toContain('pages stopped (drained)')
  expect(seen).toContain('in process')
  expect(seen).toContain(`pages stopped (done): ${reason}`)
  expect(new Set(seen.trim().split('\n')).size).toBe(seen.trim().split('\n').length)

  expect(JSON.parse(one.read('.loopwork-monitor-state.json'))).toEqual({ processes: [] })
  await gone(one)
})

test(`of two that start at once, ${simultaneous} times, one wins and the other says who`, {
  timeout: 30_000 + simultaneous * 20_000,
}, async () => {
  const one = project(tasksOf('auth', 3), 600_000)
  for (let nth = 0; nth < simultaneous; nth += 1) {
    const answers = await Promise.all([
      one.loopwork('start', '-d', '--json', '--namespace', `n${nth % 3}`),
      one.loopwork('start', '-d', '--json', '--namespace', `n${nth % 3}`),
    ])
    expect(answers.map(({ code }) => code).sort()).toEqual([0, 8])
    const [winner, loser] = answers
      .sort((a, b) => (a.code ?? 0) - (b.code ?? 0))
      .map(({ out }) => JSON.parse(out))
    expect(loser.error.code).toBe('held')
    expect(loser.error.message).toContain(
      `process ${winner.pid} has been working in the namespace n${nth % 3}`,
    )
    assertCode(await one.loopwork('kill', `n${nth % 3}`, '--force'), 0)
  }
  const sessions = join(one.folder, '.loopwork-state/sessions')
  const folders = readdirSync(sessions).flatMap((name) => readdirSync(join(sessions, name)))
  expect(folders).toHaveLength(simultaneous) // the losers have left none
  await gone(one)
})

test('a holder that is stopped for longer than its lease is replaced, and writes nothing when it wakes', {
  timeout: 120_000,
}, async () => {
  const one = project(tasksOf('auth', 12), 400, { LOOPWORK_LEASE: '6' })
  assertCode(await one.loopwork('start', '-d'), 0)
  const first = await one.until('default', ({ iterations }) => iterations >= 2, 'it works')
  await stopOutside(one, first.pid ?? 0)

  // Within its lease it is still the holder.
  const refused = await one.loopwork('start', '-d')
  expect(refused.err).toContain(`process ${first.pid} has been working in the namespace default`)
  expect(refused.code).toBe(8)
  await one.until('default', ({ state }) => state === 'silent', 'it is seen to be silent')
  assertCode(await one.loopwork('start', '-d'), 0)
  const second = await one.until('default', ({ iterations }) => iterations >= 2, 'the next one works')
  expect(second.pid).not.toBe(first.pid)

  const oldLog = join(one.folder, '.loopwork-state', first.files, 'loopwork.log')
  const before = readFileSync(oldLog, 'utf8')
  process.kill(first.pid ?? 0, 'SIGCONT')
  await one.until('default', ({ state }) => state === 'stopped', 'all is done')
  expect(one.running()).not.toContain(first.pid)

  const events = (await one.loopwork('log', '--json', '--lines', '100000')).out
  const bySession = events.split('\n').filter((line) => line.includes(first.session))
  const written = bySession.filter((line) => JSON.parse(line).session === first.session)
  const takeover = events.split('\n').findIndex((line) => line.includes(second.session))
  const last = events.split('\n').lastIndexOf(written.at(-1) ?? '')
  expect(written.length).toBeGreaterThan(0)
  expect(last).toBeLessThan(takeover)
  const added = readFileSync(oldLog, 'utf8').slice(before.length).trim().split('\n')
  expect(added).toHaveLength(1)
  expect(added[0]).toContain('another process has taken over this namespace')

  const journal = journalOf(one)
  expect(journal.filter((line) => /^(DOUBLE|AGAIN)/.test(line))).toEqual([])
  expect(journal.filter((line) => line.startsWith('end'))).toHaveLength(12)
  await gone(one)
})

test('kill ends an agent that will not end, and a loop that hears nothing, with all that they started', {
  timeout: 120_000,
}, async () => {
  const stubborn = [process.execPath, resolve('test/fixtures/programs/ignores-sigterm.mjs')]
  const one = makeDaemonProject({
    'tasks.json': backlogOf({ id: 'T-1', title: 'Never' }),
    'loopwork.config.json': configOf(stubborn, { cliConfig: { sigkillDelayMs: 300 }, lease: 1.5 }),
  })
  assertCode(await one.loopwork('start', '-d'), 0)
  await one.until(
    'default',
    (_, { tasks }) => tasks.active.some(({ state }) => state === 'running'),
    'it runs',
  )
  const ended = await one.loopwork('kill', '--grace', '0.2', '--json')
  assertCode(ended, 0)
  expect(JSON.parse(ended.out).ended).toMatchObject([{ namespace: 'default', by: 'interrupt' }])
  expect(await one.status('default')).toMatchObject({ state: 'stopped', pid: null })
  await gone(one)

  // The loop is stopped, so it hears nothing; its agent runs on.
  assertCode(await one.loopwork('start', '-d'), 0)
  const { pid } = await one.until(
    'default',
    (_, { tasks }) => tasks.active.some(({ state }) => state === 'running'),
    'it runs again',
  )
  await stopOutside(one, pid ?? 0)
  await one.until('default', ({ state }) => state === 'silent', 'it is silent')
  expect(JSON.parse((await one.loopwork('why', '--json')).out)).toMatchObject({ state: 'silent' })
  const spared = JSON.parse((await one.loopwork('processes', 'clean', '--json')).out)
  expect(spared).toMatchObject({
    orphans: [{ task: 'T-1', classification: 'suspected', action: 'skipped' }],
    summary: { killed: 0, skipped: 1, failed: 0 },
  })
  const killed = await one.loopwork('kill', '--json')
  assertCode(killed, 0)
  expect(JSON.parse(killed.out).ended).toMatchObject([{ pid, by: 'SIGKILL' }])
  expect(await one.status('default')).toMatchObject({ state: 'stopped', pid: null })
  await backInTheQueue(one, 'it was ended on the command line')
  expect((await one.loopwork('logs')).out).toContain(`its process ${pid} was ended by SIGKILL`)
  expect((await one.loopwork('verify')).code).toBe(0)
  await gone(one)

  // Crashed: its agent is an orphan until it is ended, or taken over.
  assertCode(await one.loopwork('start', '-d'), 0)
  const crashed = await one.until(
    'default',
    (_, { tasks }) => tasks.active.some(({ state }) => state === 'running'),
    'it runs a third time',
  )
  process.kill(crashed.pid ?? 0, 'SIGKILL')
  await one.until('default', ({ state }) => state === 'crashed', 'it has crashed')
  const shown = JSON.parse((await one.loopwork('kill', '--orphans', '--dry-run', '--json')).out)
  expect(shown).toMatchObject({
    orphans: [{ task: 'T-1', action: 'skipped' }],
    summary: { killed: 0, skipped: 1 },
  })
  const cleaned = JSON.parse((await one.loopwork('processes', 'clean', '--json')).out)
  expect(cleaned).toMatchObject({ orphans: [{ pid: shown.orphans[0].pid, action: 'killed' }], failures: [] })
  await backInTheQueue(one, 'it ran on without its loop')
  await gone(one)

  // Silent: spared, unless it is forced; the loop finds its task taken from it when it wakes.
  assertCode(await one.loopwork('start', '-d'), 0)
  const stopped = await one.until(
    'default',
    (_, { tasks }) => tasks.active.some(({ state }) => state === 'running'),
    'it runs a fourth time',
  )
  await stopOutside(one, stopped.pid ?? 0)
  await one.until('default', ({ state }) => state === 'silent', 'it is silent again')
  const forced = JSON.parse((await one.loopwork('processes', 'clean', '--force', '--json')).out)
  expect(forced).toMatchObject({ orphans: [{ classification: 'suspected', action: 'killed' }] })
  await backInTheQueue(one, 'it ran on without its loop')
  process.kill(stopped.pid ?? 0, 'SIGCONT')
  await one.until('default', ({ iterations }) => iterations === 2, 'it takes the task again')
  assertCode(await one.loopwork('kill', '--force'), 0)
  expect((await one.loopwork('verify')).code).toBe(0)
  await gone(one)
})

test('what had come to its end before its loop was killed is judged by the next one, and not paid twice', {
  timeout: 120_000,
}, async () => {
  const one = makeDaemonProject({
    'tasks.json': backlogOf({ id: 'T-1', title: 'Once' }),
    'loopwork.config.json': configOf(
      [
        process.execPath,
        '-e',
        `const { appendFileSync, existsSync, watch } = require('node:fs')
         appendFileSync('begun.txt', 'begun;')
         watch('.', () => existsSync('go.txt') && process.exit(0))`,
      ],
      { lease: 1.5, verify: { command: [process.execPath, '-e', '0'] } },
    ),
  })
  assertCode(await one.loopwork('start', '-d'), 0)
  const { pid } = await one.until(
    'default',
    (_, { tasks }) =>
      tasks.active.some(({ state }) => state === 'running') && existsSync(join(one.folder, 'begun.txt')),
    'its agent works',
  )
  await stopOutside(one, pid ?? 0)
  writeFileSync(join(one.folder, 'go.txt'), '')
  const sessions = join(one.folder, '.loopwork-state/sessions')
  await expect
    .poll(() => readdirSync(sessions, { recursive: true, encoding: 'utf8' }), { timeout: 20_000 })
    .toContainEqual(expect.stringMatching(/iteration-1\.exit\.json$/))
  await one.until('default', ({ state }) => state === 'silent', 'it is silent')
  assertCode(await one.loopwork('kill'), 0)
  const why = JSON.parse((await one.loopwork('why', 'T-1', '--json')).out)
  expect(why).toMatchObject({
    because: expect.stringContaining('its result is read at the next start'),
    ways: [{ command: 'loopwork resume --namespace default' }, {}, {}],
  })
  assertCode(await one.loopwork('start'), 0)
  expect(JSON.parse((await one.loopwork('task', 'show', 'T-1', '--json')).out)).toMatchObject({
    state: 'completed',
    attempts: 1,
  })
  expect(one.read('begun.txt')).toBe('begun;')
  await gone(one)
})

test('a start that cannot work says why, with its exit code, and leaves nothing', async () => {
  const one = makeDaemonProject({
    'tasks.json': backlogOf({ id: 'T-1', title: 'One' }),
    'loopwork.config.json': configOf(['/no/such/agent']),
  })
  const answer = await one.loopwork('start', '-d')
  expect(answer.code).toBe(2)
  expect(answer.err).toContain('/no/such/agent')
  expect(answer.out).toBe('')
  expect(readdirSync(join(one.folder, '.loopwork-state/daemons'))).toEqual([])
  await gone(one)
})

/** Holds all that tells of the task of a project against each other: it waits, and has cost no try. */
async function backInTheQueue(one: DaemonProject, reason: string): Promise<void> {
  const { tasks } = JSON.parse((await one.loopwork('status', '--json')).out) as Status
  expect(tasks).toMatchObject({ active: [], counts: { queued: 1 } })
  const why = JSON.parse((await one.loopwork('why', 'T-1', '--json')).out)
  expect(why).toMatchObject({ state: 'queued', because: expect.stringContaining(reason) })
  const story = JSON.parse((await one.loopwork('story', 'T-1', '--json')).out)
  expect(story).toMatchObject({ state: 'queued', open: null, lastFailure: { kind: 'stopped', reason } })
  const last = story.history.slice(-2).map(({ event }: { event: { type: string } }) => event.type)
  expect(last).toEqual(['task.attemptFailed', 'task.requeued'])
}

/** Waits until nothing of a project runs any more: a loop that has stopped takes a moment to leave. */
async function gone(one: DaemonProject): Promise<void> {
  await expect.poll(() => one.running(), { timeout: 10_000 }).toEqual([])
}
