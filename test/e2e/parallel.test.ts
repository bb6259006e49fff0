import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { agentOf, backlogOf, configOf, makeProject, type Project } from '../support/project.ts'

vi.setConfig({ testTimeout: 120_000 }) // each starts the program up to ten times

/** Notes that it runs, and ends with the exit code that somebody writes into `end-<task>`. */
const agent = agentOf(`
  const fs = require('node:fs')
  const id = process.env.LOOPWORK_TASK_ID
  fs.appendFileSync('begun', id + '\\n')
  setInterval(() => {
    if (fs.existsSync('end-' + id)) process.exit(Number(fs.readFileSync('end-' + id, 'utf8')))
  }, 20)
`)

test('a worker that is free takes the next task, whatever the others do', async () => {
  const project = makeOne('A', 'B', 'C')
  const run = project.begin('run', '--parallel', '2', '--json')
  await begun(project, 'A', 'B')
  end(project, 'B')
  await begun(project, 'C')

  const status = await json(project, 'status')
  expect(status.processes).toMatchObject([{ namespace: 'default', taskId: 'A', taskIds: ['A', 'C'] }])
  expect(status.loops).toMatchObject([{ parallel: 2, iterations: 3 }])
  const active = status.tasks.active as { id: string; worker: number }[]
  expect(active.map(({ id, worker }) => `${id} ${worker}`)).toEqual(['A 1', 'C 2'])
  expect((await project.loopwork('status')).out).toMatch(/2 of 2/)
  const why = await json(project, 'why', 'default')
  expect(why).toMatchObject({ state: 'working', next: { does: 'wait', rule: 'workers' } })
  expect(why.waitsFor).toHaveLength(2)

  end(project, 'A', 'C')
  const { code, out } = await run.answer
  expect(code).toBe(0)
  const lines = out.split('\n').flatMap((line) => (line ? [JSON.parse(line)] : []))
  expect(lines[0].data).toMatchObject({ parallel: 2 })
  const claims = lines.filter(({ type }) => type === 'progress').map(({ data }) => data)
  expect(claims.map(({ taskId, workerId }) => `${taskId} ${workerId}`)).toEqual(['A 1', 'B 2', 'C 2'])
  expect(lines.at(-1).data).toMatchObject({ mode: 'parallel', summary: { workers: 2, tasksCompleted: 3 } })
})

test('with abort-all the first failure ends the others, which loses them nothing', async () => {
  const project = makeOne('A', 'B', 'C', 'D')
  const more = { parallel: 3, parallelFailureMode: 'abort-all', maxRetries: 0 }
  project.write('loopwork.config.json', configOf(agent, more))
  const run = project.begin('run', '--json')
  await begun(project, 'A', 'B', 'C')
  project.write('end-C', '1')
  const { code, out } = await run.answer
  expect(code).toBe(9)
  const result = JSON.parse(out.trim().split('\n').at(-1) ?? '')
  expect(result.data).toMatchObject({ reason: 'aborted', detail: expect.stringMatching(/^C failed/) })
  expect(statuses(project)).toEqual(['A pending', 'B pending', 'C failed', 'D pending'])
  const { tasks } = await json(project, 'task', 'list')
  expect(tasks).toMatchObject([{ state: 'queued' }, { state: 'queued' }, { state: 'failed' }, {}])
  expect(await json(project, 'why', 'default')).toMatchObject({ state: 'stopped' })

  end(project, 'A', 'B', 'D')
  expect((await project.loopwork('resume')).code).toBe(9) // C has failed, which is a person's affair
  expect(statuses(project)).toEqual(['A completed', 'B completed', 'C failed', 'D completed'])
})

test('Ctrl-C lets all that runs end, and begins nothing more', async () => {
  const project = makeOne('A', 'B', 'C')
  const run = project.begin('run', '--parallel')
  await begun(project, 'A', 'B')
  run.kill('SIGINT')
  await expect
    .poll(async () => (await json(project, 'status')).loops, { timeout: 20_000 })
    .toMatchObject([{ state: 'draining' }])
  end(project, 'A')
  await expect
    .poll(async () => (await json(project, 'status')).processes, { timeout: 20_000 })
    .toMatchObject([{ taskIds: ['B'] }])
  end(project, 'B')
  expect((await run.answer).code).toBe(130)
  expect(statuses(project)).toEqual(['A completed', 'B completed', 'C pending'])
})

test('Ctrl-C twice ends all that runs and puts it back', async () => {
  const project = makeOne('A', 'B', 'C')
  const run = project.begin('run', '--parallel')
  await begun(project, 'A', 'B')
  run.kill('SIGINT')
  await expect
    .poll(async () => (await json(project, 'status')).loops, { timeout: 20_000 })
    .toMatchObject([{ state: 'draining' }])
  run.kill('SIGINT')
  expect((await run.answer).code).toBe(130)
  expect(statuses(project)).toEqual(['A pending', 'B pending', 'C pending'])
})

test('after kill -9, resume goes on with all that runs, with as many workers', async () => {
  const project = makeOne('A', 'B', 'C', 'D')
  const first = project.begin('run', '--parallel', '3')
  await begun(project, 'A', 'B', 'C')
  first.kill('SIGKILL')
  await first.answer
  end(project, 'B')
  const second = project.begin('resume')
  await begun(project, 'D')
  end(project, 'A', 'C', 'D')
  expect((await second.answer).code).toBe(0)
  expect(project.read('begun').trim().split('\n').sort()).toEqual(['A', 'B', 'C', 'D'])
  expect(statuses(project)).toEqual(['A completed', 'B completed', 'C completed', 'D completed'])
})

function makeOne(...ids: readonly string[]): Project {
  return makeProject({
    'tasks.json': backlogOf(...ids.map((id) => ({ id, title: id, description: 'Do it.' }))),
    'loopwork.config.json': configOf(agent),
  })
}

/** Waits until agents have begun these tasks. */
async function begun(project: Project, ...ids: readonly string[]): Promise<void> {
  const seen = () =>
    existsSync(join(project.folder, 'begun')) ? project.read('begun').trim().split('\n') : []
  await expect.poll(seen, { timeout: 20_000 }).toEqual(expect.arrayContaining([...ids]))
}

/** Has the agents of these tasks end well. */
function end(project: Project, ...ids: readonly string[]): void {
  for (const id of ids) project.write(`end-${id}`, '0')
}

function statuses(project: Project): string[] {
  const { tasks } = JSON.parse(project.read('tasks.json')) as { tasks: { id: string; status: string }[] }
  return tasks.map(({ id, status }) => `${id} ${status}`)
}

async function json(project: Project, ...words: readonly string[]) {
  const { out } = await project.loopwork(...words, '--json')
  return JSON.parse(out)
}
