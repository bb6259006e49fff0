import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { makeProject } from '../support/project.ts'

/** Twelve tasks with priorities, features, sub-tasks and dependencies, in the order of the file. */
const tasks = [
  { id: 'UI-003', title: 'Polish', priority: 'low', feature: 'ui', dependsOn: ['UI-002'] },
  { id: 'AUTH-002', title: 'Log out', priority: 'medium', feature: 'auth', dependsOn: ['AUTH-001'] },
  { id: 'AUTH-001', title: 'Log in', priority: 'high', feature: 'auth' },
  {
    id: 'AUTH-001a',
    title: 'The form',
    priority: 'high',
    feature: 'auth',
    parentId: 'AUTH-001',
    dependsOn: ['AUTH-001'],
  },
  { id: 'DOC-001', title: 'Say how', priority: 'background', dependsOn: ['AUTH-002', 'UI-003'] },
  { id: 'UI-001', title: 'A page', priority: 'medium', feature: 'ui' },
  { id: 'UI-002', title: 'A button', priority: 'high', feature: 'ui', dependsOn: ['UI-001'] },
  { id: 'OLD-001', title: 'Done before', priority: 'high', status: 'completed' },
  { id: 'API-001', title: 'An endpoint', priority: 'medium' },
  { id: 'API-002', title: 'Another one', priority: 'medium', dependsOn: ['API-001', 'OLD-001'] },
  { id: 'API-003', title: 'Overloaded at first', priority: 'low' },
  { id: 'ODD-001', title: 'Cut off every time', priority: 'low' },
].map((task) => ({ status: 'pending', metadata: { kept: true }, ...task }))

/** By priority, then as in the file, each as soon as what it depends on is done, or as its wait is over. */
const order = [
  'AUTH-001',
  'AUTH-001a',
  'AUTH-002',
  'UI-001',
  'UI-002',
  'API-001',
  'API-002',
  'UI-003',
  'API-003',
  'ODD-001',
  'DOC-001',
  'ODD-001',
  'API-003',
]

test('a backlog of twelve tasks is worked off as the file says, to the cent', async () => {
  const plan = {
    'API-003': ['overloaded-forever', 'success-tool'],
    'ODD-001': ['max-turns'],
    'AUTH-001': ['thinking'],
    '*': ['success-tool'],
  }
  const project = makeProject({
    'loopwork.config.json': JSON.stringify({
      backend: { type: 'json', tasksFile: '.specs/tasks/tasks.json' },
      cli: 'claude',
      model: 'sonnet',
      maxRetries: 1,
      retryDelay: 300,
      costTracking: { dailyBudget: 10, alertThreshold: 0.8 },
    }),
    '.specs/tasks/tasks.json': JSON.stringify({ tasks, features: { ui: { name: 'Pages' } } }, null, 2),
    '.specs/tasks/AUTH-001.md': '# AUTH-001: Log in\n\nWith a name and a password.\n',
    'plan.json': JSON.stringify(plan),
  })
  const env = {
    LOOPWORK_CLAUDE_PATH: resolve('test/fixtures/programs/fake-claude.mjs'),
    FAKE_CLAUDE_PLAN: join(project.folder, 'plan.json'),
    FAKE_CLAUDE_JOURNAL: join(project.folder, 'journal.jsonl'),
    TELEGRAM_BOT_TOKEN: 'secret-of-telegram',
    LOOPWORK_DEBUG: 'false',
  }
  const { code, err } = await project.with(env).loopwork('start')
  expect({ code, err }).toEqual({ code: 9, err: '' })

  const attempts = project
    .read('journal.jsonl')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(attempts.map(({ task }) => task)).toEqual(order)
  expect(attempts).toHaveLength(order.length)

  // What the agent was given.
  const [first] = attempts
  expect(first.args).toEqual(
    expect.arrayContaining(['-p', '--output-format', 'stream-json', '--model', 'sonnet']),
  )
  expect(Number(first.args[first.args.indexOf('--max-budget-usd') + 1])).toBe(10)
  expect(first.prompt).toMatch(/^# AUTH-001: Log in\n[\s\S]*With a name and a password\./)
  expect(first.env).toMatchObject({
    LOOPWORK_TASK_ID: 'AUTH-001',
    LOOPWORK_NAMESPACE: 'default',
    LOOPWORK_ATTEMPT: '1',
    LOOPWORK_ITERATION: '1',
  })
  expect(first.env.TELEGRAM_BOT_TOKEN).toBeUndefined()
  const retried = attempts.find(({ task, attempt }) => task === 'ODD-001' && attempt === '2')
  expect(retried.prompt).toMatch(/## The attempt before this one[\s\S]*turns/)

  // What the backlog was told; everything else in it is as it was.
  const file = JSON.parse(project.read('.specs/tasks/tasks.json'))
  expect(file.features).toEqual({ ui: { name: 'Pages' } })
  const statuses = new Map(file.tasks.map((task: { id: string; status: string }) => [task.id, task.status]))
  expect([...statuses].filter(([, status]) => status !== 'completed')).toEqual([['ODD-001', 'failed']])
  expect(file.tasks.map(({ status: _, ...rest }: { status: string }) => rest)).toEqual(
    tasks.map(({ status: _, ...rest }) => rest),
  )
  expect(project.read('.specs/tasks/ODD-001.log')).toMatch(/FAILED: Reached maximum number of turns/)

  // What it cost: twelve runs at 0.00818 dollars, one at nothing.
  const status = JSON.parse((await project.loopwork('status', '--json')).out)
  expect(status.costs.total).toMatchObject({
    costUsd: 0.09816,
    estimatedUsd: 0,
    attempts: 13,
    unknownCost: 0,
  })
  expect(status.costs.total.models).toEqual({
    'claude-sonnet-5-5': { input: 28800, output: 2040, cacheRead: 21600, cacheWrite: 7200, reasoning: 0 },
  })
  expect(status.costs.today).toEqual(status.costs.total)
  expect(status.loops).toMatchObject([{ namespace: 'default', state: 'stopped', pid: null }])
  expect(status.tasks.counts).toEqual({ completed: 11, failed: 1 })

  // What a person finds in the session's folder.
  const session = join(project.folder, '.loopwork-state', status.loops[0].files)
  const logs = readdirSync(join(session, 'logs'))
  for (let iteration = 1; iteration <= order.length; iteration += 1) {
    expect(logs).toEqual(
      expect.arrayContaining([`iteration-${iteration}-prompt.md`, `iteration-${iteration}-output.txt`]),
    )
    const prompt = readFileSync(join(session, `logs/iteration-${iteration}-prompt.md`), 'utf8')
    expect(prompt).toBe(attempts[iteration - 1].prompt)
  }
  expect(readFileSync(join(session, 'logs/iteration-2-output.txt'), 'utf8')).toBe(
    'I will create the file.\n> Write /home/dev/repo/hello.txt\nCreated hello.txt.\n',
  )
  expect(readFileSync(join(session, 'loopwork.log'), 'utf8')).toMatch(/API-003 attempt failed \(overloaded\)/)

  expect((await project.loopwork('rebuild', '--check')).code).toBe(0)
})
