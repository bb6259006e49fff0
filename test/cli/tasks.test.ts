import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { agentOf, backlogOf, configOf, makeProject, type Project } from '../support/project.ts'

/** Works until it is ended or the file `go` is there. */
const waits = `
process.stdin.resume()
const { existsSync, writeFileSync } = require('node:fs')
writeFileSync('pid-' + process.env.LOOPWORK_TASK_ID, String(process.pid))
const timer = setInterval(() => existsSync('go') && clearInterval(timer), 20)
`

const three = backlogOf(
  { id: 'A', title: 'First', feature: 'ui', priority: 'high' },
  { id: 'B', title: 'Second', dependsOn: ['A'] },
  { id: 'C' },
)

function makeOne(agent = 'process.stdin.resume()'): Project {
  return makeProject({
    'loopwork.config.json': configOf(agentOf(agent)),
    'tasks.json': three,
    'C.md': '# C: From the description\n\nDo what is described.\n',
  })
}

const json = async (project: Project, ...words: string[]) => {
  const { code, out, err } = await project.loopwork(...words, '--json')
  expect({ code, err }).toEqual({ code: 0, err: '' })
  return JSON.parse(out)
}
const statuses = (project: Project): string[] =>
  JSON.parse(project.read('tasks.json')).tasks.map(({ status }: { status: string }) => status)

describe('tasks without a loop', { timeout: 90_000 }, () => {
  test('are listed in the order in which they are worked off, with their titles', async () => {
    const project = makeOne()
    const listed = await json(project, 'task', 'list')
    expect(listed).toMatchObject({ schema: 'loopwork/tasks@1', count: 3 })
    const shown = listed.tasks.map(({ id, state, title }: Record<string, string>) => [id, state, title])
    expect(shown).toEqual([
      ['A', 'queued', 'First'],
      ['B', 'blocked', 'Second'],
      ['C', 'queued', 'From the description'],
    ])
    expect((await json(project, 'task', '--feature', 'ui')).tasks).toMatchObject([{ id: 'A' }])
    expect((await json(project, 'task', 'list', '--state', 'blocked')).tasks).toMatchObject([{ id: 'B' }])
    expect(project.read('tasks.json')).toBe(three)
  })

  test('are moved by hand, and the backlog is told', async () => {
    const project = makeOne()
    const moved = await json(project, 'task', 'complete', 'A')
    expect(moved).toEqual({ schema: 'loopwork/task-moved@1', tasks: [{ id: 'A', state: 'completed' }] })
    await json(project, 'task', 'fail', 'B', '--reason', 'no use')
    await json(project, 'task', 'skip', 'C')
    expect(statuses(project)).toEqual(['completed', 'failed', 'skipped'])
    expect(project.read('B.log')).toMatch(/FAILED: no use/)
    await json(project, 'task', 'reset', 'A', 'B', 'C')
    expect(statuses(project)).toEqual(['pending', 'pending', 'pending'])
  })

  test('move all or none', async () => {
    const project = makeOne()
    const { code, err } = await project.loopwork('task', 'complete', 'A', 'D')
    expect(code).toBe(4)
    expect(err).toMatch(/the backlog has no task D/)
    expect(statuses(project)).toEqual(['pending', 'pending', 'pending'])
    const again = await project.loopwork('task', 'reset', 'A')
    expect(again).toMatchObject({ code: 3, err: expect.stringContaining('hint:') })
  })

  test('are added with all that belongs to one, and shown', async () => {
    const project = makeOne()
    const words = ['--title', 'New', '--description', 'All of it.', '--priority', 'high', '--feature', 'ui']
    const added = await json(project, 'task', 'add', ...words, '--parent', 'A', '--depends-on', 'A')
    expect(added).toEqual({ schema: 'loopwork/task-added@1', id: 'Aa', title: 'New' })
    const shown = await json(project, 'task', 'show', 'Aa')
    expect(shown).toMatchObject({
      schema: 'loopwork/task@1',
      id: 'Aa',
      title: 'New',
      state: 'blocked',
      waitsFor: ['A'],
      source: 'Aa.md',
      text: '# Aa: New\n\nAll of it.\n',
    })
    expect(await json(project, 'task-new', '--title', 'Another')).toMatchObject({ id: 'TASK-001' })
  })
})

describe('tasks of a running loop', { timeout: 90_000 }, () => {
  test('are heard of at once: the agent ends, the next task begins, a new one is taken in', async () => {
    const project = makeOne(waits)
    const run = project.begin('start')
    await begun(project, 'A')
    const agent = Number(project.read('pid-A'))
    expect((await json(project, 'task', 'list', '--state', 'running')).tasks).toMatchObject([{ id: 'A' }])

    await json(project, 'task', 'complete', 'A', '--reason', 'done by hand')
    await begun(project, 'B')
    expect(existsSync(`/proc/${agent}`)).toBe(false)
    await json(project, 'task', 'skip', 'B')
    await begun(project, 'C')
    const { id } = await json(project, 'task', 'add', 'One more')
    project.write('go', '')
    expect((await run.answer).code).toBe(0)
    expect(statuses(project)).toEqual(['completed', 'skipped', 'completed', 'completed'])
    expect((await json(project, 'task', 'show', id)).state).toBe('completed')
  })

  test('stop, pause and continue reach it from another terminal', async () => {
    const project = makeOne(waits)
    const run = project.begin('start')
    await begun(project, 'A')
    expect(await json(project, 'pause')).toMatchObject({ schema: 'loopwork/steer@1', command: 'pause' })
    expect((await json(project, 'status')).loops).toMatchObject([{ state: 'paused' }])
    await json(project, 'continue')
    await json(project, 'stop')
    project.write('go', '')
    expect((await run.answer).code).toBe(9)
    expect(statuses(project)).toEqual(['completed', 'pending', 'pending'])
  })
})

test('a dry run lists the order and changes nothing', async () => {
  const project = makeOne()
  const before = readdirSync(project.folder)
  const plan = await json(project, 'start', '--dry-run')
  expect(plan.tasks.map(({ id, title }: Record<string, string>) => `${id} ${title}`)).toEqual([
    'A First',
    'B Second',
    'C From the description',
  ])
  const words = ['--start', 'C', '--max-iterations', '2']
  expect((await json(project, 'run', '--dry-run', ...words)).tasks).toMatchObject([{ id: 'C' }, { id: 'A' }])
  expect((await json(project, 'run', '--dry-run', '--feature', 'ui')).tasks).toMatchObject([{ id: 'A' }])
  expect(readdirSync(project.folder)).toEqual(before)
  expect(project.read('tasks.json')).toBe(three)
})

test('that several agents work in one folder is said', async () => {
  const { code, err } = await makeOne().loopwork('start', '--parallel')
  expect(code).toBe(0)
  expect(err).toMatch(/2 agents may work in this folder at once/)
})

test('a feature that no task has is named', async () => {
  const { code, out } = await makeOne().loopwork('start', '--feature', 'iu')
  expect(code).toBe(0)
  expect(out).toMatch(/the backlog has no task of the feature iu/)
})

async function begun(project: Project, id: string): Promise<void> {
  await expect.poll(() => existsSync(join(project.folder, `pid-${id}`)), { timeout: 20_000 }).toBe(true)
}
