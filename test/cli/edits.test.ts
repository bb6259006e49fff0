import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { agentOf, backlogOf, configOf, makeProject, type Project } from '../support/project.ts'

/** Works until the file `go-<task>` is there. */
const waits = `
process.stdin.resume()
const { existsSync, writeFileSync } = require('node:fs')
writeFileSync('begun-' + process.env.LOOPWORK_TASK_ID, '')
const timer = setInterval(() => {
  if (existsSync('go-' + process.env.LOOPWORK_TASK_ID)) clearInterval(timer)
}, 20)
`
const quick = { title: 'T', description: 'Do it.' }

/** A project whose loop is at work on A, with B next. */
async function atWork() {
  const project = makeProject({
    'loopwork.config.json': configOf(agentOf(waits)),
    'tasks.json': backlogOf({ id: 'A', ...quick }, { id: 'B', ...quick }),
  })
  const run = project.begin('start')
  await expect.poll(() => existsSync(join(project.folder, 'begun-A')), { timeout: 10_000 }).toBe(true)
  return { project, run }
}

test('what is edited while the loop runs counts at the next pick', async () => {
  const { project, run } = await atWork()
  project.write(
    'tasks.json',
    backlogOf(
      { id: 'A', ...quick, status: 'in-progress' },
      { id: 'B', ...quick, status: 'completed' },
      { id: 'C', ...quick, priority: 'low' },
      { id: 'D', ...quick, priority: 'high' },
    ),
  )
  for (const id of ['A', 'C', 'D']) project.write(`go-${id}`, '')
  const { code, out } = await run.answer
  expect(code).toBe(0)
  expect(out.match(/\w attempt 1/g)).toEqual(['A attempt 1', 'D attempt 1', 'C attempt 1'])
})

test('an edit that went wrong stops nothing, is named, and what is repaired goes on', {
  timeout: 90_000,
}, async () => {
  const { project, run } = await atWork()
  const spoilt = '{ "tasks": [\n  { "id": "A", }\n'
  project.write('tasks.json', spoilt)
  await loop(project, ({ backlogProblem }) => backlogProblem !== null)
  for (const id of ['A', 'B', 'C']) project.write(`go-${id}`, '')

  const idle = await loop(project, ({ state }) => state === 'idle')
  expect(idle.reason).toMatch(/repaired/)
  expect(idle.backlogProblem).toMatch(/^tasks\.json:2:\d+: this is not JSON/)
  expect(project.read('tasks.json')).toBe(spoilt)

  project.write('tasks.json', backlogOf(...['A', 'B', 'C'].map((id) => ({ id, ...quick }))))
  const { code, out, err } = await run.answer
  expect({ code, err }).toEqual({ code: 0, err: '' })
  expect(out).toMatch(/the backlog cannot be read, work goes on with its last good state: tasks\.json:2:/)
  expect(out).toMatch(/the backlog can be read again/)
  expect(out.match(/\w attempt 1/g)).toEqual(['A attempt 1', 'B attempt 1', 'C attempt 1'])
  expect(
    JSON.parse(project.read('tasks.json')).tasks.map(({ status }: { status: string }) => status),
  ).toEqual(['completed', 'completed', 'completed'])
})

type LoopStatus = { state: string; reason: string; backlogProblem: string | null }

/** The loop as `status` shows it, once it is as wanted. */
async function loop(project: Project, isWanted: (loop: LoopStatus) => boolean): Promise<LoopStatus> {
  for (;;) {
    const [found] = JSON.parse((await project.loopwork('status', '--json')).out).loops as LoopStatus[]
    if (found && isWanted(found)) return found
  }
}
