import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { agentOf, backlogOf, configOf, makeProject, type Project } from '../support/project.ts'

/** Leaves a file, and works until the file `go` is there. */
const waits = `
const { appendFileSync, existsSync } = require('node:fs')
process.stdin.resume()
appendFileSync('begun-' + process.env.LOOPWORK_TASK_ID, 'x')
const timer = setInterval(() => existsSync('go') && clearInterval(timer), 20)
`
const eventually = { timeout: 30_000, interval: 100 }

/** Two tasks, the first of them under way and told as such, when somebody takes the backlog's lock to keep it. */
async function lockedAtWork() {
  const project = makeProject({
    'loopwork.config.json': configOf(agentOf(waits)),
    'tasks.json': backlogOf(...['A', 'B'].map((id) => ({ id, title: `Task ${id}`, description: 'Do it.' }))),
  })
  const run = project.begin('start')
  await expect.poll(() => statuses(project), eventually).toEqual(['in-progress', 'pending'])
  const lock = join(project.folder, 'tasks.json.lock')
  project.write('tasks.json.lock', `${process.pid}\n`)
  return { project, run, letGo: () => rmSync(lock) }
}

const statuses = (project: Project): string[] =>
  JSON.parse(project.read('tasks.json')).tasks.map(({ status }: { status: string }) => status)

const why = async (project: Project) => JSON.parse((await project.loopwork('why', '--json')).out)

test('work goes on while somebody keeps the lock of the backlog, which is told once it is let go', async () => {
  const { project, run, letGo } = await lockedAtWork()
  project.write('go', '')
  await expect.poll(() => existsSync(join(project.folder, 'begun-B')), eventually).toBe(true)
  await expect
    .poll(async () => (await why(project)).backlog, eventually)
    .toMatchObject({
      trouble: 'unreachable',
      problem: expect.stringMatching(new RegExp(`process ${process.pid} has held the lock .*tasks\\.json`)),
      since: expect.any(String),
      nextTry: expect.any(String),
    })
  const done = async () => JSON.parse((await project.loopwork('status', '--json')).out).tasks.counts
  await expect.poll(done, eventually).toEqual({ completed: 2 })
  expect(statuses(project)).toEqual(['in-progress', 'pending'])
  expect(run.exitCode).toBe(null)

  letGo()
  const { code, err } = await run.answer
  expect({ code, err }).toEqual({ code: 0, err: '' })
  expect(statuses(project)).toEqual(['completed', 'completed'])
  expect([project.read('begun-A'), project.read('begun-B')]).toEqual(['x', 'x'])
  expect((await why(project)).backlog.trouble).toBe(null)
}, 90_000)

test('a loop that is to stop does not wait for the lock: the next one tells what has come of it', async () => {
  const { project, run, letGo } = await lockedAtWork()
  const stopping = project.loopwork('stop')
  await expect.poll(async () => (await why(project)).state, eventually).toBe('draining')
  project.write('go', '')
  expect((await stopping).code).toBe(0)
  expect((await run.answer).code).toBe(9)
  expect(statuses(project)).toEqual(['in-progress', 'pending'])

  letGo()
  expect((await project.loopwork('start')).code).toBe(0)
  expect(statuses(project)).toEqual(['completed', 'completed'])
  expect(project.read('begun-A')).toBe('x')
}, 90_000)
