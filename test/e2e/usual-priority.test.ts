import { expect, test } from 'vitest'
import { addTask, serveGitHub } from '../support/github/backlog.ts'
import { projectAt } from '../support/github/project.ts'
import { backlogOf, configOf, makeProject, type Project } from '../support/project.ts'

const priorities = async (project: Project) =>
  JSON.parse((await project.loopwork('task', 'list', '--json')).out).tasks.map(
    ({ id, priority }: { id: string; priority: string }) => [id, priority],
  )

test('tasks that say no priority have the usual one, also those that are added', async () => {
  const json = makeProject({
    'package.json': '{}',
    'loopwork.config.json': configOf(['true'], { defaultPriority: 5 }),
    'tasks.json': backlogOf({ id: 'T-1', title: 'One' }, { id: 'T-2', title: 'Two', priority: 'low' }),
  })
  await json.loopwork('task', 'add', 'Three', '--id', 'T-3')
  expect(await priorities(json)).toEqual([
    ['T-2', 'low'],
    ['T-1', 'background'],
    ['T-3', 'background'],
  ])

  const markdown = makeProject({
    'package.json': '{}',
    'loopwork.config.json': JSON.stringify({
      backend: { type: 'markdown', path: 'T.md' },
      defaultPriority: 'low',
    }),
    'T.md': '- [ ] One\n- [ ] Two @medium\n',
  })
  await markdown.loopwork('task', 'add', 'Three', '--priority', 'medium')
  await markdown.loopwork('task', 'add', 'Four', '--priority', 'low')
  expect(await priorities(markdown)).toEqual([
    ['two', 'medium'],
    ['three', 'medium'],
    ['one', 'low'],
    ['four', 'low'],
  ])
  expect(markdown.read('T.md')).toMatch(/Three @medium \{#three\}[\s\S]*Four \{#four\}/)

  const github = await serveGitHub()
  addTask(github)
  const remote = projectAt(github, undefined, { defaultPriority: 'high' })
  await remote.loopwork('task', 'add', 'Two')
  expect((await priorities(remote)).map(([, priority]: string[]) => priority)).toEqual(['high', 'high'])
})

test('a model that fails is tried again before the next one has its turn', async () => {
  const agent = (name: string) => ({
    file: process.execPath,
    args: ['-e', `require('fs').appendFileSync('tried', '${name} '); process.exit(1)`],
  })
  const project = makeProject({
    'package.json': '{}',
    'tasks.json': backlogOf({ id: 'T-1', title: 'One' }),
    'loopwork.config.json': configOf(['true'], {
      agents: { a: agent('a'), b: agent('b') },
      maxRetries: 4,
      cliConfig: {
        models: [{ cli: 'a' }, { cli: 'b' }],
        retry: { retrySameModel: true, maxRetriesPerModel: 1, exponentialBackoff: false },
      },
    }),
  })
  expect((await project.loopwork('start')).code).toBe(9)
  expect(project.read('tried')).toBe('a a b b a ')
})
