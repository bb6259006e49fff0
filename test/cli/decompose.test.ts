import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { openLmdbStore } from '../../src/adapters/lmdb/store.ts'
import type { DomainEvent } from '../../src/events/catalogue.ts'
import { taskStream } from '../../src/events/event.ts'
import { context, countingIds, queued } from '../support/examples.ts'
import { storeIn } from '../support/history.ts'
import { agentOf, configOf, makeProject, type Project } from '../support/project.ts'
import { claimed, remains, started } from '../support/task-facts.ts'
import { hasTmux, openTerminal } from '../support/tmux.ts'

/** Keeps what it was asked, and says what stands in the file `answer`. */
const agent = agentOf(`
  const fs = require('node:fs')
  fs.writeFileSync('asked', fs.readFileSync(0))
  process.stdout.write(fs.readFileSync('answer'))
`)
const backlog = `{
  "tasks": [
    { "id": "AUTH-004", "status": "pending", "title": "Sign in", "mine": [1, 2] }
  ]
}
`
const three = JSON.stringify({
  feature: 'auth',
  tasks: [
    { id: '2', title: 'The page', description: 'Make it.', dependsOn: [1, 'AUTH-004'] },
    { id: 1, title: 'The table', priority: 'high' },
    { id: '3', title: 'The mail', dependsOn: ['2'] },
  ],
})

test('proposed tasks are added under ids of the backlog, what others wait for first', async () => {
  const project = makeOne(`I looked around.\n\n\`\`\`json\n${three}\n\`\`\`\nThat is {all}.\n`)
  const { code, out, err } = await project.loopwork('d', 'Passkeys', 'please')
  expect({ code, err }).toMatchObject({
    code: 0,
    err: expect.stringMatching(/Asking command.*Answered after/s),
  })
  expect(out).toMatch(/feature auth[\s\S]*The page[\s\S]*Added AUTH-005, AUTH-006, AUTH-007\./)
  expect(project.read('asked')).toMatch(/AUTH-004 \(queued\): Sign in[\s\S]*Passkeys please/)
  const tasks = tasksOf(project)
  expect(tasks).toMatchObject([
    { id: 'AUTH-004' },
    { id: 'AUTH-005', title: 'The table', priority: 'high', feature: 'auth', status: 'pending' },
    { id: 'AUTH-006', title: 'The page', priority: 'medium', dependsOn: ['AUTH-005', 'AUTH-004'] },
    { id: 'AUTH-007', title: 'The mail', dependsOn: ['AUTH-006'] },
  ])
  expect(project.read('tasks.json')).toContain('"title": "Sign in", "mine": [1, 2] }')
  expect(project.read('AUTH-006.md')).toBe('# AUTH-006: The page\n\nMake it.\n')
})

test('feature, priority, agent and model are those that were asked for', async () => {
  const project = makeOne(three)
  project.write(
    'loopwork.config.json',
    configOf(['false'], { agents: { other: { file: agent[0], args: agent.slice(1) } } }),
  )
  const words = ['--feature', 'Keys', '--priority', 'low', '--cli', 'other', '--model', 'big', '--json', '-y']
  const { code, out } = await project.loopwork('decompose', 'Passkeys', ...words)
  expect(code).toBe(0)
  expect(JSON.parse(out)).toMatchObject({
    schema: 'loopwork/decompose@1',
    dryRun: false,
    input: { description: 'Passkeys', taskId: null, namespace: 'default' },
    agent: { name: 'other', model: 'big', usage: null },
    tasks: [
      { id: 'KEYS-001', title: 'The table', priority: 'high', dependencies: [], prdPath: 'KEYS-001.md' },
      { id: 'KEYS-002', priority: 'low', dependencies: ['KEYS-001', 'AUTH-004'] },
      { id: 'KEYS-003', priority: 'low', dependencies: ['KEYS-002'] },
    ],
    summary: { totalTasks: 3, topLevel: 3, subtasks: 0 },
  })
  expect(tasksOf(project).map(({ feature }) => feature)).toEqual([undefined, 'Keys', 'Keys', 'Keys'])
})

test('a task is split up into parts of it', async () => {
  const project = makeOne(three)
  project.write('AUTH-004.md', '# AUTH-004: Sign in\n\nWith a password and a second factor.\n')
  const { code, out } = await project.loopwork('decompose', 'Split it', '--parent', 'AUTH-004', '--json')
  expect(code).toBe(0)
  expect(JSON.parse(out).summary).toEqual({ totalTasks: 3, topLevel: 0, subtasks: 3 })
  expect(
    tasksOf(project)
      .map(({ id, parentId }) => `${id} ${parentId}`)
      .slice(1),
  ).toEqual(['AUTH-004a AUTH-004', 'AUTH-004b AUTH-004', 'AUTH-004c AUTH-004'])
  expect(project.read('asked')).toContain('With a password and a second factor.')
  const stray = await project.loopwork('decompose', 'Split it', '--parent', 'NONE-1')
  expect(stray).toMatchObject({ code: 4, err: expect.stringMatching(/no task NONE-1/) })
})

test('a dry run shows what is proposed and adds nothing', async () => {
  const project = makeOne(three)
  const before = files(project)
  expect((await project.loopwork('decompose', 'Passkeys', '--dry-run')).out).toMatch(
    /The page +medium +1, AUTH-004/,
  )
  const { out } = await project.loopwork('decompose', 'Passkeys', '--dry-run', '--json')
  expect(JSON.parse(out)).toMatchObject({ dryRun: true, tasks: [{ id: '2', prdPath: null }, {}, {}] })
  expect(files(project)).toEqual(before)
  expect(project.read('tasks.json')).toBe(backlog)
})

test.each([
  ['nothing', '', /it is not JSON/],
  ['prose', 'I would rather not {really}.', /it is not JSON/],
  ['half of it', three.slice(0, -2), /it is not JSON/],
  ['no tasks', '{"tasks": []}', /tasks: /],
  ['a list', '[]', /expected object/],
  ['no title', '{"tasks": [{"id": "1"}]}', /tasks\.0\.title/],
  ['a title of two lines', '{"tasks": [{"title": "a\\nb"}]}', /tasks\.0\.title: must be one line/],
  ['another priority', '{"tasks": [{"title": "a", "priority": "urgent"}]}', /tasks\.0\.priority/],
  ['an id twice', '{"tasks": [{"id": "1", "title": "a"}, {"id": 1, "title": "b"}]}', /same id/],
  [
    'a circle',
    '{"tasks": [{"id": "1", "title": "a", "dependsOn": ["2"]}, {"id": "2", "title": "b", "dependsOn": ["1"]}]}',
    /wait for each other: 1, 2/,
  ],
  ['a stranger', '{"tasks": [{"title": "a", "dependsOn": ["X-9"]}]}', /depends on X-9, which nobody has/],
])('an agent that answers with %s adds nothing', async (_, answer, problem) => {
  const project = makeOne(answer)
  const before = files(project)
  const { code, err } = await project.loopwork('decompose', 'Passkeys', '-y')
  expect({ code, err }).toEqual({ code: 6, err: expect.stringMatching(problem) })
  expect(err).toMatch(/Its whole answer: \S+iteration-1-output\.txt/)
  expect(files(project)).toEqual(before)
  expect(project.read('tasks.json')).toBe(backlog)
})

test('an agent that fails is named with its reason', async () => {
  const project = makeOne(three)
  project.write('loopwork.config.json', configOf(agentOf("console.error('no mood'); process.exit(3)")))
  const { code, err } = await project.loopwork('decompose', 'Passkeys')
  expect({ code, err }).toEqual({ code: 6, err: expect.stringMatching(/command gave no answer.*no mood/) })
  expect(project.read('tasks.json')).toBe(backlog)
})

test('before a backlog that cannot be read no agent is asked, and the file stays as it is', async () => {
  const project = makeOne(three)
  project.write('tasks.json', '{ "tasks": [')
  const { code, err } = await project.loopwork('decompose', 'Passkeys', '-y')
  expect({ code, err }).toEqual({ code: 2, err: expect.stringMatching(/tasks\.json/) })
  expect(project.read('tasks.json')).toBe('{ "tasks": [')
  expect(existsSync(join(project.folder, 'asked'))).toBe(false)
})

test('nobody is asked once the budget of the day is spent', async () => {
  const project = makeOne(three)
  project.write('loopwork.config.json', configOf(agent, { costTracking: { dailyBudget: 2 } }))
  const clock = { now: () => new Date() }
  const { log, close } = await openLmdbStore({ path: storeIn(project.folder), clock, newId: countingIds() })
  const usage = { models: {}, costUsd: 2, costSource: 'cli' } as const
  const succeeded: DomainEvent = {
    type: 'task.attemptSucceeded',
    data: { ...remains(1), usage, summary: 'done' },
  }
  const done: DomainEvent = { type: 'task.completed', data: { reason: 'done' } }
  const events = [queued, claimed(1), started(1), succeeded, done]
  await log.append([{ stream: taskStream('other', 'A'), expectedVersion: 0, events }], context)
  await close()
  const { code, err } = await project.loopwork('decompose', 'Passkeys')
  expect({ code, err }).toEqual({
    code: 3,
    err: expect.stringMatching(/nothing is left of today's budget of \$2\.00/),
  })
  expect(existsSync(join(project.folder, 'asked'))).toBe(false)
})

test('Ctrl-C ends the agent with all that it started', async () => {
  const project = makeOne(three)
  const hangs = "require('node:fs').writeFileSync('pid', String(process.pid)); setInterval(() => {}, 1000)"
  project.write('loopwork.config.json', configOf(agentOf(hangs)))
  const run = project.begin('decompose', 'Passkeys')
  await expect.poll(() => existsSync(join(project.folder, 'pid')), { timeout: 20_000 }).toBe(true)
  await expect.poll(() => project.read('pid'), { timeout: 20_000 }).toMatch(/^\d+$/)
  run.kill('SIGINT')
  expect(await run.answer).toMatchObject({ code: 130, err: expect.stringMatching(/called off/) })
  expect(() => process.kill(Number(project.read('pid')), 0)).toThrow(/ESRCH/)
})

test('secrets that an agent repeats reach neither the screen nor the backlog', async () => {
  const secret = 'v3ry-s3cret-value-of-mine'
  const project = makeOne(`{"tasks": [{"title": "Use ${secret}", "description": "It is ${secret}."}]}`)
  const { out } = await project.with({ SHOP_API_KEY: secret }).loopwork('decompose', 'Passkeys')
  expect(out).toContain('Use ***SHOP_API_KEY***')
  const written = files(project).map((file) => readFileSync(join(project.folder, file), 'utf8'))
  expect(written.filter((text) => text.includes(secret))).toEqual([expect.stringContaining('{"tasks"')]) // the answer itself
})

test('a Markdown backlog grows as well', async () => {
  const project = makeOne(three)
  project.write('TODO.md', '- [ ] Sign in {#AUTH-004}\n')
  project.write('loopwork.config.json', configOf(agent, { backend: { type: 'markdown', path: 'TODO.md' } }))
  expect((await project.loopwork('decompose', 'Passkeys')).code).toBe(0)
  const lines = project.read('TODO.md').split('\n')
  expect(lines[0]).toBe('- [ ] Sign in {#AUTH-004}')
  expect(lines[1]).toMatch(/^- \[ \] The table @high @feature\(auth\) \{#the-table\}/)
  expect(project.read('TODO.md')).toMatch(/- \[ \] The page .*@after\(the-table, AUTH-004\)/)
})

describe.skipIf(!hasTmux)('on a terminal', { timeout: 60_000 }, () => {
  test.each([
    ['n', 1],
    ['y', 4],
  ])('nothing is added before somebody has said so: %s', async (key, count) => {
    const project = makeOne(three)
    const program = `env -u CI "${process.execPath}" "${resolve('dist/cli/main.js')}"`
    const terminal = openTerminal(
      { columns: 100, rows: 30 },
      `cd "${project.folder}" && ${program} decompose Passkeys; echo "ended with $?"; exec sleep 600`,
    )
    await terminal.screen((text) => /Add these 3 tasks\?/.test(text))
    expect(tasksOf(project)).toHaveLength(1)
    terminal.press(key)
    await terminal.screen((text) => text.includes(key === 'y' ? 'ended with 0' : 'ended with 130'))
    expect(tasksOf(project)).toHaveLength(count)
  })
})

function makeOne(answer: string): Project {
  return makeProject({ 'tasks.json': backlog, 'loopwork.config.json': configOf(agent), answer })
}

function tasksOf(project: Project): Record<string, unknown>[] {
  return JSON.parse(project.read('tasks.json')).tasks
}

/** The files of the project, but for those of loopwork itself. */
function files({ folder }: Project): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((one) =>
    one.isFile() && one.name !== 'asked' ? one.name : [],
  )
}
