import { expect, test } from 'vitest'
import { agentOf, backlogOf, configOf, makeProject } from '../support/project.ts'

/** Writes down who did which task, and takes long enough for others to be at work meanwhile. */
const notes = `
process.stdin.resume()
const { LOOPWORK_NAMESPACE: who, LOOPWORK_TASK_ID: what } = process.env
require('node:fs').appendFileSync('journal.txt', who + ' ' + what + '\\n')
setTimeout(() => {}, 50)
`

test('two namespaces on one backlog, and a person who adds to it, do every task once', {
  timeout: 90_000,
}, async () => {
  const ids = Array.from({ length: 16 }, (_, nth) => `T-${nth}`)
  const project = makeProject({
    'loopwork.config.json': configOf(agentOf(notes)),
    'tasks.json': backlogOf(
      ...ids.map((id, nth) => ({ id, title: id, ...(nth % 4 === 3 ? { dependsOn: [`T-${nth - 1}`] } : {}) })),
    ),
  })
  const loops = ['left', 'right'].map((namespace) => project.begin('start', '--namespace', namespace))
  const added = await project.loopwork('task', 'add', 'One more', '--json')
  const answers = await Promise.all(loops.map(({ answer }) => answer))

  expect(added).toMatchObject({ code: 0, err: '' })
  const { id } = JSON.parse(added.out)
  for (const { code, out, err } of answers) {
    expect(err).toBe('')
    expect(code === 0 || (code === 9 && /worked on in another namespace/.test(out))).toBe(true)
  }
  await project.loopwork('start') // whatever was added after both had ended
  const done = project.read('journal.txt').trim().split('\n')
  expect(done.map((line) => line.split(' ')[1]).sort()).toEqual([...ids, id].sort())
  const statuses = JSON.parse(project.read('tasks.json')).tasks.map(
    ({ status }: { status: string }) => status,
  )
  expect(new Set(statuses)).toEqual(new Set(['completed']))
  expect((await project.loopwork('rebuild', '--check')).code).toBe(0)
})
