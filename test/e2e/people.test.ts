import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { addTask, person, serveGitHub } from '../support/github/backlog.ts'
import { projectAt } from '../support/github/project.ts'

/** An agent that leaves a file, and ends when it is told to by another. */
const waiting = `const fs = require('fs')
fs.appendFileSync('begun-' + process.env.LOOPWORK_TASK_ID, 'x')
setInterval(() => fs.existsSync('go') && process.exit(0), 20)`

const eventually = { timeout: 20_000, interval: 50 }

test('a run whose issue a person closes is stopped, and what it did is kept', async () => {
  const github = await serveGitHub()
  const [first, second] = [addTask(github), addTask(github, { body: 'Depends on: #1' })]
  const project = projectAt(github, waiting)
  const run = project.begin('start')
  await expect.poll(() => first.labels, eventually).toContain('loopwork:in-progress')
  await expect.poll(() => existsSync(join(project.folder, 'begun-GH-1')), eventually).toBe(true)
  person(first, { state: 'closed', stateReason: 'completed' })
  await expect.poll(() => existsSync(join(project.folder, 'begun-GH-2')), eventually).toBe(true)
  project.write('go', '')
  const { code, out } = await run.answer
  expect({ code, out: code === 0 ? '' : out }).toEqual({ code: 0, out: '' })
  expect(out).toMatch(/GH-1 attempt ended.*/)
  expect(project.read('begun-GH-1')).toBe('x')
  expect(first).toMatchObject({ state: 'closed', stateReason: 'completed' })
  expect(first.comments.filter(({ body }) => body.includes('loopwork:told'))).toEqual([])
  expect(second).toMatchObject({
    state: 'closed',
    comments: [{ body: expect.stringContaining('Completed') }],
  })
})

test('labels, titles and dependencies that a person edits meanwhile count from then on', async () => {
  const github = await serveGitHub()
  const [first, second, third] = [addTask(github), addTask(github), addTask(github)]
  const project = projectAt(github, waiting)
  const run = project.begin('start')
  await expect.poll(() => first.labels, eventually).toContain('loopwork:in-progress')
  person(second, { labels: ['loopwork-task', 'loopwork:blocked'] })
  person(third, { title: 'Another title', body: 'Depends on: #2' })
  person(first, { title: 'Edited while it runs', labels: ['loopwork-task', 'loopwork:pending'] })
  await expect.poll(() => first.labels, eventually).toContain('loopwork:in-progress') // it runs: that is so
  project.write('go', '')
  expect((await run.answer).code).toBe(9)
  expect(first.state).toBe('closed')
  expect([second.state, third.state]).toEqual(['open', 'open'])
  expect(second.labels).toEqual(['loopwork-task', 'loopwork:blocked'])
  expect(existsSync(join(project.folder, 'begun-GH-3'))).toBe(false)
})

test('what another machine works on is left to it, and taken up when it is given back', async () => {
  const github = await serveGitHub()
  const issue = addTask(github)
  const [one, other] = [projectAt(github, waiting), projectAt(github, waiting)]
  const run = one.begin('start')
  await expect.poll(() => issue.labels, eventually).toContain('loopwork:in-progress')
  const { code, out } = await other.loopwork('start')
  expect({ code, out }).toEqual({ code: 9, out: expect.stringContaining('worked on elsewhere') })
  expect(existsSync(join(other.folder, 'begun-GH-1'))).toBe(false)
  run.kill('SIGTERM')
  await run.answer
  expect(issue).toMatchObject({ state: 'open', labels: ['loopwork-task', 'loopwork:pending'], comments: [] })
  other.write('go', '')
  expect((await other.loopwork('start')).code).toBe(0)
  expect(issue.state).toBe('closed')
})

test('without GitHub work goes on; what it is to be told is told when it is back', async () => {
  const github = await serveGitHub()
  const issues = [addTask(github), addTask(github)]
  const project = projectAt(github, waiting)
  const run = project.begin('start')
  await expect.poll(() => existsSync(join(project.folder, 'begun-GH-1')), eventually).toBe(true)
  await expect.poll(() => issues[0]?.labels, eventually).toContain('loopwork:in-progress')
  github.fault = ({ path }) =>
    /\/issues\/2$/.test(path) ? null : { reply: { status: 503, data: { message: 'Service Unavailable' } } }
  project.write('go', '')
  const { code } = await run.answer
  expect(code).toBe(0)
  expect(issues.map(({ state }) => state)).toEqual(['open', 'open'])
  const status = JSON.parse((await project.loopwork('status', '--json')).out)
  expect(status.outbox).toMatchObject({ problem: expect.stringContaining('503') })
  expect(status.outbox.outstanding).toBeGreaterThan(1)
  expect(status.quotas).toMatchObject([{ repo: 'acme/app', limit: 5_000 }])
  expect((await project.loopwork('status')).out).toMatch(/still to be told to the backlog/)
  github.fault = () => null
  await project.loopwork('task', 'list')
  expect(issues.map(({ state }) => state)).toEqual(['closed', 'closed'])
  expect(issues.flatMap(({ comments }) => comments)).toHaveLength(2)
  expect(JSON.parse((await project.loopwork('status', '--json')).out).outbox.outstanding).toBe(0)
})

test('labels are set up once, and a dry run only says so', async () => {
  const github = await serveGitHub()
  const project = projectAt(github)
  const dry = await project.loopwork('labels', 'setup', '--dry-run')
  expect(dry).toMatchObject({ code: 0, out: expect.stringContaining('would be created') })
  expect(github.state.labels.size).toBe(0)
  expect((await project.loopwork('setup-labels')).code).toBe(0)
  expect(github.state.labels.size).toBe(11)
  const again = JSON.parse((await project.loopwork('labels', 'setup', '--json')).out)
  expect(again).toMatchObject({ schema: 'loopwork/labels@1', repo: 'acme/app', dryRun: false })
  expect(new Set(again.labels.map(({ action }: { action: string }) => action))).toEqual(new Set(['keep']))
})

test('tasks are added as issues, by agents only as many as they may', async () => {
  const github = await serveGitHub()
  const project = projectAt(github, undefined, { dynamicTasks: { maxTasksPerExecution: 1 } })
  expect((await project.loopwork('task', 'add', 'By a person', '--priority', 'high')).out).toContain('GH-1')
  const agent = project.with({ LOOPWORK_TASK_ID: 'GH-1' })
  expect((await agent.loopwork('task', 'add', 'A part', '--parent', 'GH-1')).code).toBe(0)
  const second = await agent.loopwork('task', 'add', 'Another part', '--parent', 'GH-1')
  expect(second).toMatchObject({ code: 3, err: expect.stringContaining('may add no more than 1') })
  expect(github.state.issues.size).toBe(2)
  expect(github.state.issues.get(2)).toMatchObject({
    parent: 1,
    labels: expect.arrayContaining(['loopwork:sub-task']),
  })
})

test('a checklist in Markdown is worked off', async () => {
  const github = await serveGitHub()
  const project = projectAt(github)
  const config = JSON.parse(project.read('loopwork.config.json'))
  writeFileSync(
    join(project.folder, 'loopwork.config.json'),
    JSON.stringify({ ...config, backend: { type: 'markdown', path: 'TODO.md' } }),
  )
  project.write(
    'TODO.md',
    '# To do\n\n- [ ] Second @after(first)\n  - [ ] A part of it\n- [ ] First @high\n- [x] Old\n',
  )
  expect((await project.loopwork('start')).code).toBe(0)
  expect(project.read('TODO.md')).toBe(
    '# To do\n\n- [x] Second @after(first)\n  - [x] A part of it\n- [x] First @high\n- [x] Old\n',
  )
})
