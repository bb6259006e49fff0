import { expect, test } from 'vitest'
import { addTask, serveGitHub } from '../support/github/backlog.ts'
import { projectAt } from '../support/github/project.ts'
import { agentOf, backlogOf, makeProject, type Project } from '../support/project.ts'

type Limits = Readonly<Record<string, number | boolean>>

const [file, ...args] = agentOf('process.stdin.resume()')
const configWith = (backend: object, dynamicTasks: Limits) =>
  JSON.stringify({ backend, cli: 'command', command: { file, args }, dynamicTasks })

/** A project with one open task, and the id of that. */
const kinds: Readonly<Record<string, (limits: Limits) => Promise<readonly [Project, string]>>> = {
  json: async (limits) => {
    const backend = { type: 'json', tasksFile: 'tasks.json' }
    return [
      makeProject({
        'loopwork.config.json': configWith(backend, limits),
        'tasks.json': backlogOf({ id: 'T-1', title: 'One' }),
      }),
      'T-1',
    ]
  },
  github: async (limits) => {
    const github = await serveGitHub()
    addTask(github)
    return [projectAt(github, undefined, { dynamicTasks: limits }), 'GH-1']
  },
  markdown: async (limits) => {
    const backend = { type: 'markdown', path: 'TODO.md' }
    const files = { 'loopwork.config.json': configWith(backend, limits), 'TODO.md': '- [ ] One {#one}\n' }
    return [makeProject(files), 'one']
  },
}

test.each(Object.keys(kinds))('on %s agents add tasks within limits, and people without', async (kind) => {
  const [project, id] = await kinds[kind]!({ maxTasksPerExecution: 2, maxDepth: 2, maxOpenTasks: 4 })
  const add = async (by: Pick<Project, 'loopwork'>, title: string, ...more: readonly string[]) => {
    const { code, out, err } = await by.loopwork('task', 'add', title, '--json', ...more)
    return code === 0 ? (JSON.parse(out).id as string) : `${code} ${out}${err}`
  }
  const agent = project.with({ LOOPWORK_TASK_ID: id })
  const part = await add(agent, 'A part', '--parent', id)
  expect(await add(agent, 'A part of the part', '--parent', part)).toMatch(
    /would be 3 deep, and agents may go no deeper than 2/,
  )
  const other = await add(agent, 'Another part', '--parent', id)
  expect(await add(agent, 'One too many', '--parent', id)).toMatch(/may add no more than 2/)
  const deep = await add(project, 'By a person', '--parent', part)
  const byAnother = project.with({ LOOPWORK_TASK_ID: other })
  expect(await add(byAnother, 'Beyond what may be open')).toMatch(
    /4 tasks are open, and agents may add none beyond 4/,
  )
  const { tasks } = JSON.parse((await project.loopwork('task', 'list', '--json')).out)
  const known = tasks.map((task: { id: string; parent: string | null }) => [task.id, task.parent])
  expect(new Map(known)).toEqual(
    new Map([
      [id, null],
      [part, id],
      [other, id],
      [deep, part],
    ]),
  )
})

test.each(Object.keys(kinds))('on %s agents may be kept from adding at all', async (kind) => {
  const [project, id] = await kinds[kind]!({ enabled: false })
  const { code, err } = await project.with({ LOOPWORK_TASK_ID: id }).loopwork('task', 'add', 'A part')
  expect({ code, err }).toEqual({ code: 3, err: expect.stringContaining('agents may not add tasks here') })
  expect((await project.loopwork('task', 'add', 'By a person')).code).toBe(0)
})
