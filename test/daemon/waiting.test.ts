import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { filter, firstValueFrom, mergeAll, ReplaySubject } from 'rxjs'
import { expect, onTestFinished, test } from 'vitest'
import { openApp } from '../../src/app.ts'
import type { LoopworkConfig } from '../../src/config/loopwork-config.ts'
import { resolveSettings } from '../../src/config/settings.ts'
import { openRun } from '../../src/daemon/open-run.ts'
import { newSession } from '../../src/daemon/session.ts'
import type { Fact } from '../../src/events/catalogue.ts'
import { movableClock } from '../support/movable-clock.ts'
import { backlogOf, makeProject } from '../support/project.ts'

const success = resolve('test/fixtures/agents/claude/success-tool')
const evening = new Date('2026-11-24T22:00:00.000Z')
const one = { title: 'T', description: 'Do it.' }

test('over the daily budget nothing begins before the day renews', async () => {
  const { clock, seen, told, run } = await begin({
    plan: { '*': [success] },
    tasks: ['A', 'B', 'C'],
    config: { cli: 'claude', costTracking: { dailyBudget: 0.01, alertThreshold: 0.5 } },
  })
  const idle = await seen('loop.idled')
  expect(idle).toMatchObject({ rule: 'budget', until: '2026-11-25T00:00:00.000Z' })
  expect(idle.reason).toBe("$0.02 of today's budget of $0.01 are spent")
  expect(told('task.claimed').map(({ allowanceUsd }) => allowanceUsd)).toEqual([0.01, 0.00182])
  expect(told('loop.budgetAlerted').map(({ threshold, day }) => `${threshold} ${day}`)).toEqual([
    '0.5 2026-11-24',
    '1 2026-11-24',
  ])

  clock.moveTo(new Date('2026-11-24T23:59:00.000Z'))
  expect(told('task.claimed')).toHaveLength(2)
  clock.moveTo(new Date('2026-11-25T00:00:00.000Z'))
  expect(await run.ended).toMatchObject({ reason: 'done', detail: 'all tasks are done' })
  expect(told('task.claimed')).toHaveLength(3)
})

test('workers share the budget, and each new attempt is given what the others leave', async () => {
  const { told, run } = await begin({
    plan: { '*': [success] },
    tasks: ['A', 'B', 'C'],
    config: { cli: 'claude', parallel: 2, costTracking: { dailyBudget: 1 } },
  })
  expect(await run.ended).toMatchObject({ reason: 'done' })
  expect(told('task.claimed').map(({ worker }) => worker)).toEqual([1, 2, expect.any(Number)])
  const [first, second, third] = told('task.claimed').map(({ allowanceUsd }) => allowanceUsd)
  expect([first, second]).toEqual([0.5, 0.5])
  expect(third).toBe(0.49182)
})

test('a usage limit is waited for until it is lifted', async () => {
  const lifted = new Date('2026-11-25T01:30:00.000Z')
  const { clock, seen, told, run } = await begin({
    limitUntil: lifted,
    plan: { A: ['limit', success], '*': [success] },
    tasks: ['A', 'B'],
    config: { cli: 'claude' },
  })
  expect(await seen('loop.idled')).toMatchObject({ rule: 'limit', until: lifted.toISOString() })
  expect(told('task.limitReached')).toMatchObject([{ until: lifted.toISOString(), known: true }])
  expect(told('task.claimed').map(({ title }) => title)).toEqual(['A'])

  clock.moveTo(lifted)
  expect(await run.ended).toMatchObject({ reason: 'done', detail: 'all tasks are done' })
  expect(told('task.claimed').map(({ title }) => title)).toEqual(['A', 'A', 'B'])
})

test('while one agent has reached its limit, others of the pool go on', async () => {
  const lifted = new Date('2026-11-25T01:30:00.000Z')
  const { told, run } = await begin({
    limitUntil: lifted,
    plan: { A: ['limit', success], '*': [success] },
    tasks: ['A', 'B'],
    config: {
      command: { file: process.execPath, args: ['-e', 'process.stdin.resume()'] },
      cliConfig: {
        models: [{ name: 'first', cli: 'claude', model: 'sonnet' }],
        fallbackModels: [{ name: 'second', cli: 'command', model: 'any' }],
      },
    },
  })
  expect(await run.ended).toMatchObject({ reason: 'done', detail: 'all tasks are done' })
  expect(told('task.claimed').map(({ title, agent }) => `${title} ${agent}`)).toEqual([
    'A claude',
    'A command',
    'B command',
  ])
  expect(told('loop.idled')).toEqual([])
  expect(told('loop.agentBarred')).toMatchObject([{ agent: 'claude', until: lifted.toISOString() }])
})

type Data<Type extends Fact['event']['type']> = Extract<Fact['event'], { type: Type }>['data']

/** A run in this process, at the evening above, with a stand-in for Claude Code that follows a plan. */
async function begin(given: {
  readonly plan: Readonly<Record<string, readonly string[]>>
  readonly tasks: readonly string[]
  readonly config: LoopworkConfig
  readonly limitUntil?: Date
}) {
  const project = makeProject({
    'tasks.json': backlogOf(...given.tasks.map((id) => ({ id, ...one, title: id }))),
    'plan.json': '',
  })
  const { folder } = project
  if (given.limitUntil) limitAt(project, given.limitUntil)
  const plan = Object.entries(given.plan).map(([task, scenarios]) => [
    task,
    scenarios.map((name) => resolve(folder, name)),
  ])
  project.write('plan.json', JSON.stringify(Object.fromEntries(plan)))
  const env = {
    PATH: process.env.PATH ?? '',
    LOOPWORK_CLAUDE_PATH: resolve('test/fixtures/programs/fake-claude.mjs'),
    FAKE_CLAUDE_PLAN: join(folder, 'plan.json'),
  }
  const clock = movableClock(evening)
  const app = await openApp({ projectRoot: folder, stateDir: join(folder, '.loopwork-state'), clock })
  const config = { backend: { type: 'json', tasksFile: 'tasks.json' }, ...given.config } as LoopworkConfig
  const settings = resolveSettings({ flags: {}, env, config, projectRoot: folder, cwd: folder })
  const open = await openRun(app, {
    settings,
    configFile: null,
    plan: newSession('default', clock.now(), process.pid),
    args: [],
    surroundings: {
      env,
      home: folder,
      isRoot: process.getuid?.() === 0,
      keeperFile: resolve('dist/keeper.js'),
      program: [process.execPath],
      pluginHostFile: resolve('dist/plugin-host.js'),
      library: resolve('dist/index.js'),
      version: 'test',
      cwd: folder,
      mode: 'foreground',
    },
  })
  const facts = new ReplaySubject<Fact>()
  const all: Fact[] = []
  open.run.facts.pipe(mergeAll()).subscribe(facts)
  facts.subscribe((fact) => all.push(fact))
  onTestFinished(async () => {
    await open.run.interrupt('the test is over').catch(() => undefined) // it has ended
    await open.run.ended.catch(() => undefined)
    await open.close()
    await app.close()
  })
  const isOf =
    <Type extends Fact['event']['type']>(type: Type) =>
    (fact: Fact) =>
      fact.event.type === type
  return {
    clock,
    run: open.run,
    /** Waits for the first event of this type. */
    seen: async <Type extends Fact['event']['type']>(type: Type) =>
      (await firstValueFrom(facts.pipe(filter(isOf(type))))).event.data as Data<Type>,
    told: <Type extends Fact['event']['type']>(type: Type) =>
      all.filter(isOf(type)).map(({ event }) => event.data as Data<Type>),
  }
}

/** The captured run that met a usage limit, with another instant at which that is lifted. */
function limitAt(project: ReturnType<typeof makeProject>, instant: Date): void {
  const captured = (name: string) => readFileSync(`test/fixtures/agents/claude/usage-limit/${name}`, 'utf8')
  const epoch = String(instant.getTime() / 1000)
  project.write('limit/stdout.txt', captured('stdout.txt').replace(/"resetsAt":\d+/g, `"resetsAt":${epoch}`))
  project.write('limit/stderr.txt', captured('stderr.txt'))
  project.write('limit/meta.json', captured('meta.json'))
}
