import { expect, test } from 'vitest'
import { agentOf, makeProject } from '../support/project.ts'

/** A backend as the predecessor's interface has it, which keeps its tasks in a file. */
const backend = `
import { readFileSync, writeFileSync } from 'node:fs'
export default ({ projectRoot }) => {
  const path = projectRoot + '/kept.json'
  const read = () => JSON.parse(readFileSync(path, 'utf8'))
  const mark = (status) => async (id, text = '') => {
    const tasks = read().map((task) => (task.id === id ? { ...task, status, text } : task))
    writeFileSync(path, JSON.stringify(tasks))
    return { success: true }
  }
  return {
    backendType: 'mine',
    listPendingTasks: async () => read().filter(({ status }) => status === 'pending'),
    getTask: async (id) => read().find((task) => task.id === id) ?? null,
    markInProgress: mark('in-progress'),
    markCompleted: mark('completed'),
    markFailed: mark('failed'),
    resetToPending: mark('pending'),
  }
}
`

const config = (use: string) =>
  JSON.stringify({
    backend: { type: 'custom', use },
    cli: 'command',
    command: agentOf('process.exit(process.env.LOOPWORK_TASK_ID === "B" ? 1 : 0)'),
    maxRetries: 0,
  })

test('a backend of the predecessor is worked off as it is', async () => {
  const task = (id: string, more: object = {}) => ({
    id,
    title: `Task ${id}`,
    description: 'Do it.',
    status: 'pending',
    priority: 'medium',
    ...more,
  })
  const project = makeProject({
    'loopwork.config.json': config('./backend.mjs'),
    'backend.mjs': backend,
    'kept.json': JSON.stringify([task('A', { dependsOn: ['C'] }), task('B'), task('C', { priority: 'low' })]),
  })
  const { code, err } = await project.loopwork('start')
  expect({ code, err }).toEqual({ code: 9, err: '' })
  const kept = JSON.parse(project.read('kept.json'))
  expect(kept.map(({ id, status }: { id: string; status: string }) => [id, status])).toEqual([
    ['A', 'completed'],
    ['B', 'failed'],
    ['C', 'completed'],
  ])
  expect(kept[1].text).toMatch(/exited with 1/)
  expect(kept[0].text).toMatch(/^Completed by loopwork/)
})

test('a backend that is not there, or is none, is said to be so', async () => {
  const missing = await makeProject({ 'loopwork.config.json': config('loopwork-nothing') }).loopwork('start')
  expect(missing).toMatchObject({ code: 4, err: expect.stringContaining('npm install loopwork-nothing') })
  const none = await makeProject({
    'loopwork.config.json': config('./backend.mjs'),
    'backend.mjs': 'export default {}',
  }).loopwork('start')
  expect(none).toMatchObject({ code: 2, err: expect.stringContaining('is no backend') })
})

test('a backend may be written in TypeScript, and one that lacks something is refused before anything runs', async () => {
  const typed = backend.replace('({ projectRoot })', '({ projectRoot }: { projectRoot: string })')
  const kept = JSON.stringify([
    { id: 'A', title: 'Task A', description: 'Do it.', status: 'pending', priority: 'high' },
  ])
  const project = makeProject({
    'loopwork.config.json': config('./mine.ts'),
    'mine.ts': typed,
    'less.mjs':
      "export const backend = { backendType: 'less', listPendingTasks: async () => [], getTask: async () => null }",
    'kept.json': kept,
  })
  expect((await project.loopwork('start', '--dry-run')).out).toContain('Task A')

  project.write('loopwork.config.json', config('./less.mjs'))
  const less = await project.loopwork('start', '--dry-run')
  expect([less.code, less.err]).toEqual([
    2,
    expect.stringContaining(
      'listPendingTasks, but no markInProgress, markCompleted, markFailed, resetToPending',
    ),
  ])

  project.write('loopwork.config.json', config('./gone.ts'))
  const gone = await project.loopwork('start', '--dry-run')
  expect(gone.err).toMatch(/the backend \.\/gone\.ts could not be loaded: .*\nhint: {2}Files are looked for/)
})
