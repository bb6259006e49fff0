import { expect, test } from 'vitest'
import { addTask, serveGitHub } from '../support/github/backlog.ts'
import { projectAt } from '../support/github/project.ts'
import { agentOf, backlogOf, configOf, makeProject, type Project } from '../support/project.ts'

/** Says for each task what stands in the file of that name; without one it fails. */
const agent = agentOf(`
  const fs = require('node:fs')
  const prompt = fs.readFileSync(0, 'utf8')
  const id = /^# (\\S+?):/.exec(prompt)?.[1] ?? 'asked'
  fs.appendFileSync('told', id + ' ')
  try { process.stdout.write(fs.readFileSync('says/' + id)) } catch { console.log('cannot'); process.exit(1) }
`)

function project(dynamicTasks: object | undefined, says: Readonly<Record<string, string>>): Project {
  const files = Object.entries(says).map(([id, text]) => [`says/${id}`, text])
  return makeProject({
    'package.json': '{}',
    'loopwork.config.json': configOf(agent, { maxRetries: 0, ...(dynamicTasks ? { dynamicTasks } : {}) }),
    'tasks.json': backlogOf({ id: 'T-1', title: 'One', description: 'TODO: the first of all' }),
    ...Object.fromEntries(files),
  })
}

type Entry = { id: string; title: string; status: string; parentId?: string; dependsOn?: string[] }
const entries = (one: Project): Entry[] => JSON.parse(one.read('tasks.json')).tasks
const added = (one: Project) => entries(one).slice(1)
const typesOf = async (one: Project, type: string) =>
  (await one.loopwork('log', '--json', '--type', type)).out.split('\n').filter(Boolean).length

test('what an agent leaves becomes sub-tasks that the same run works off', async () => {
  const one = project(
    {},
    {
      'T-1':
        'TODO: the first of all\nTODO: write the tests\n\nNext steps:\n- tell the users\n- TODO: write the tests\n',
      'T-1a': 'done',
      'T-1b': 'done',
    },
  )
  const { code, out } = await one.loopwork('start')
  expect(code, out).toBe(0)
  expect(added(one)).toMatchObject([
    { id: 'T-1a', title: 'write the tests', status: 'completed', parentId: 'T-1' },
    { id: 'T-1b', title: 'tell the users', status: 'completed', parentId: 'T-1' },
  ])
  expect(out).toContain('dynamicTasks: added T-1a: write the tests')
  expect(one.read('T-1a.md')).toMatch(/TODO: write the tests\n\nLeft over from T-1 \(One\)/)
  expect(await typesOf(one, 'task.followUpsFound')).toBe(3)
})

test('nobody looks where the configuration does not name it, or the command line forbids it', async () => {
  const says = { 'T-1': 'TODO: write the tests\n' }
  for (const [named, words] of [
    [undefined, []],
    [{ enabled: false }, []],
    [{}, ['--no-dynamic-tasks']],
  ] as const) {
    const one = project(named, says)
    expect((await one.loopwork('start', ...words)).code).toBe(0)
    expect(added(one)).toEqual([])
    expect(await typesOf(one, 'task.followUpsFound')).toBe(0)
  }
  const one = project(undefined, says)
  expect((await one.loopwork('start', '--dynamic-tasks')).code).toBe(9)
  expect(added(one)).toMatchObject([
    { title: 'write the tests' },
    { title: 'Debug failure: write the tests' },
  ])
})

test('without createSubTasks they stand by themselves, at most so many, the most urgent', async () => {
  const left = 'TODO: the docs\nTODO: the tests\nFIXME: the leak\n'
  const options = { createSubTasks: false, maxTasksPerExecution: 2, logCreatedTasks: false }
  const one = project(options, { 'T-1': left, 'TASK-001': 'done', 'TASK-002': 'done' })
  const { out, code } = await one.loopwork('start')
  expect(code, out).toBe(0)
  expect(added(one).map(({ title }) => title)).toEqual(['the docs', 'Fix: the leak'])
  for (const { parentId, dependsOn } of added(one)) expect({ parentId, dependsOn }).toEqual({})
  expect(out).not.toContain('dynamicTasks: added')
})

test('a task that always leaves another is not followed for ever, also where they stand by themselves', async () => {
  for (const createSubTasks of [true, false]) {
    const more = Object.fromEntries(
      ['T-1', 'T-1a', 'T-1aa', 'T-1aaa', 'TASK-001', 'TASK-002', 'TASK-003'].map((id) => [
        id,
        `TODO: go on after ${id}`,
      ]),
    )
    const one = project({ createSubTasks }, more)
    expect((await one.loopwork('start')).code).toBe(0)
    expect(added(one)).toHaveLength(2)
    const { out } = await one.loopwork('log')
    expect(out).toContain('agents may go no deeper than 3')
  }
})

test('a failure for good leads to one task that looks for its cause, and the failure of that to none', async () => {
  const one = project({}, {})
  expect((await one.loopwork('start')).code).toBe(9)
  expect(added(one)).toMatchObject([
    { id: 'T-1a', title: 'Debug failure: One', status: 'failed', parentId: 'T-1' },
  ])
  expect(one.read('T-1a.md')).toContain('loopwork logs --task T-1')
})

test('without approval they wait for a person, who takes them over or lets go of them', async () => {
  const one = project({ autoApprove: false }, { 'T-1': 'TODO: the docs\nTODO: the tests\nTODO: the rest\n' })
  const { out, code } = await one.loopwork('start')
  expect({ code, added: added(one) }).toEqual({ code: 0, added: [] })
  expect(out).toContain('waits for `loopwork follow-ups accept')
  const listed = JSON.parse((await one.loopwork('follow-ups', '--json')).out)
  expect(listed).toMatchObject({
    schema: 'loopwork/follow-ups@1',
    followUps: [{ task: 'T-1', title: 'the docs' }, { title: 'the tests' }, { title: 'the rest' }],
  })
  const [docs, tests] = listed.followUps.map(({ key }: { key: string }) => key)
  expect((await one.loopwork('follow-ups', 'accept', docs)).out).toBe('Added T-1a: the docs\n')
  expect((await one.loopwork('follow-ups', 'accept', docs)).code).toBe(4)
  expect((await one.loopwork('follow-ups', 'dismiss', tests.slice(0, 8), '--reason', 'no')).out).toBe(
    'Not added: the tests (no)\n',
  )
  expect((await one.loopwork('follow-ups', 'accept')).code).toBe(2)
  expect((await one.loopwork('follow-ups', 'accept', '--all')).out).toBe('Added T-1b: the rest\n')
  expect((await one.loopwork('follow-ups')).out).toContain('No attempt has left anything')
  expect(added(one).map(({ title }) => title)).toEqual(['the docs', 'the rest'])
})

test('what stands there under the same title is not added again', async () => {
  const one = project({}, { 'T-1': 'TODO: Write the tests\n', 'T-9': 'done' })
  one.write(
    'tasks.json',
    backlogOf(
      { id: 'T-1', title: 'One', priority: 'high' },
      { id: 'T-9', parentId: 'T-1', title: 'write the tests' },
    ),
  )
  expect((await one.loopwork('start')).code).toBe(0)
  expect(added(one)).toHaveLength(1)
  expect((await one.loopwork('log')).out).toContain('it is there already: T-9')
})

test('an agent is asked where `llm` says so', async () => {
  const answer = { tasks: [{ title: 'The docs', priority: 'low', description: 'All of them.' }] }
  const says = { 'T-1': 'I left the docs to somebody else.', 'T-1a': '' }
  const one = project({ analyzer: 'llm' }, { ...says, asked: `Sure.\n${JSON.stringify(answer)}` })
  expect((await one.loopwork('start')).code).toBe(0)
  expect(added(one)).toMatchObject([
    { title: 'The docs', priority: 'low', parentId: 'T-1', status: 'completed' },
  ])
  expect(one.read('T-1a.md')).toMatch(/All of them\.\n\nLeft over from T-1/)
  expect(one.read('told')).toBe('T-1 asked T-1a ') // one that says nothing has left nothing
})

test('an agent that gives no list is asked once more, then the run goes on', async () => {
  const one = project({ analyzer: 'llm' }, { 'T-1': 'Done.', asked: 'I do not know.' })
  const { code, out } = await one.loopwork('start')
  expect(code, out).toBe(0)
  expect(out).toContain('could not be found out: the agent that was asked gave no list')
  expect(one.read('told')).toBe('T-1 asked asked ')
})

test('an analyzer of the user’s own says what becomes of it', async () => {
  const one = project(undefined, { 'T-1': 'the words', 'T-1a': 'done', 'TASK-001': 'done' })
  const config = JSON.parse(one.read('loopwork.config.json'))
  one.write('loopwork.config.json', '{}')
  one.write(
    'own.config.mjs',
    `const analyzer = {
  async analyze(task, result) {
    if (task.id !== 'T-1') return { shouldCreateTasks: false, suggestedTasks: [{ title: 'never' }], reason: '' }
    const title = [task.title, task.description.trim(), result.success, result.output].join('/')
    return { shouldCreateTasks: true, reason: 'more', suggestedTasks: [
      { title, description: 'D', priority: 'low', isSubTask: true },
      { title: 'by itself', description: '', priority: 'high', isSubTask: false, dependsOn: ['T-1', 'nowhere'] },
    ] }
  },
}
export default { ...${JSON.stringify(config)}, dynamicTasks: { analyzer } }`,
  )
  expect((await one.loopwork('start', '--config', 'own.config.mjs')).code).toBe(0)
  expect(added(one)).toMatchObject([
    { id: 'T-1a', title: 'One/TODO: the first of all/true/the words', parentId: 'T-1', priority: 'low' },
    { title: 'by itself', dependsOn: ['T-1'] },
  ])
})

test('on GitHub the loop adds them, and does not end before', async () => {
  const github = await serveGitHub()
  addTask(github)
  const one = projectAt(github, undefined, {
    cli: 'command',
    command: { file: agent[0], args: agent.slice(1) },
    maxRetries: 0,
    dynamicTasks: {},
  })
  one.write('says/GH-1', 'TODO: write the tests\n')
  one.write('says/GH-2', 'done')
  const { code, out } = await one.loopwork('start')
  expect(code, out).toBe(0)
  expect(one.read('told')).toBe('GH-1 GH-2 ')
})

test('killed before the look is written down, and again among the additions, nothing is added twice', async () => {
  const one = project(undefined, {
    'T-1': 'the words',
    ...Object.fromEntries(['a', 'b', 'c', 'd', 'e'].map((part) => [`T-1${part}`, 'done'])),
  })
  const config = JSON.parse(one.read('loopwork.config.json'))
  one.write('loopwork.config.json', '{}')
  one.write(
    'own.config.mjs',
    `import { existsSync, watch, writeFileSync } from 'node:fs'
const end = () => { for (const pid of [process.ppid, process.pid]) process.kill(pid, 'SIGKILL') }
const titles = ['one', 'two', 'three', 'four', 'five'].map((name) => name + ' thing')
const analyzer = {
  analyze(task) {
    if (!existsSync('first')) { writeFileSync('first', ''); end() }
    if (!existsSync('second')) { writeFileSync('second', ''); watch('tasks.json', end); watch('.', (_, name) => name === 'tasks.json' && end()) }
    return { shouldCreateTasks: task.id === 'T-1', suggestedTasks: titles.map((title) => ({ title, isSubTask: true })) }
  },
}
export default { ...${JSON.stringify(config)}, lease: 1, dynamicTasks: { analyzer } }`,
  )
  const codes: (number | null)[] = []
  for (let life = 0; life < 8 && codes.at(-1) !== 0; life += 1) {
    codes.push((await one.loopwork(life === 0 ? 'start' : 'resume', '--config', 'own.config.mjs')).code)
  }
  expect(codes.filter((code) => code === null)).toHaveLength(2)
  expect(added(one).map(({ title }) => title)).toEqual(
    ['one', 'two', 'three', 'four', 'five'].map((name) => `${name} thing`),
  )
  expect(await typesOf(one, 'task.followUpsFound')).toBe(6) // one of each task
  expect((await typesOf(one, 'task.subtaskAdded')) + (await typesOf(one, 'task.subtaskRefused'))).toBe(5)
  expect((await one.loopwork('verify')).code).toBe(0)
})
