import { join } from 'node:path'
import { expect, test } from 'vitest'
import { addTask, backlogAt, person, serveGitHub } from '../../support/github/backlog.ts'
import { addIssue } from '../../support/github/state.ts'
import { tempFolder } from '../../support/temp.ts'

test('labels, state and body of an issue say what its task is', async () => {
  const github = await serveGitHub()
  addTask(github, { title: 'First', labels: ['loopwork:pending', 'priority:high', 'feat:auth'] })
  addTask(github, {
    title: 'TASK-001-02: second',
    body: 'Parent: #1\nDepends on: #1, acme/app#4 TASK-001-04\n',
  })
  addTask(github, {
    title: 'Third',
    labels: ['loopwork:failed', 'loopwork:in-progress', 'priority:background'],
  })
  addTask(github, { title: 'TASK-001-04', state: 'closed', labels: ['loopwork:failed'] })
  addTask(github, { labels: ['loopwork:blocked'] })
  addTask(github, { labels: ['loopwork:quarantined'] })
  addIssue(github.state, { title: 'No task' })
  addTask(github, { isPull: true })

  const { tasks } = await backlogAt(github).read()
  expect(tasks.map(({ id, status, priority }) => [id, status, priority])).toEqual([
    ['GH-1', 'pending', 'high'],
    ['GH-2', 'pending', 'medium'],
    ['GH-3', 'in-progress', 'background'],
    ['GH-4', 'completed', 'medium'],
    ['GH-5', 'held', 'medium'],
    ['GH-6', 'failed', 'medium'],
  ])
  expect(tasks[0]).toMatchObject({ title: 'First', feature: 'auth', parent: null, dependsOn: [] })
  expect(tasks[1]).toMatchObject({ parent: 'GH-1', dependsOn: ['GH-1', 'GH-4'] })
})

test("GitHub's own relations win over the text, and a disagreement is said", async () => {
  const github = await serveGitHub()
  for (let nth = 0; nth < 3; nth += 1) addTask(github)
  addTask(github, { body: 'Parent: #1\nDepends on: #1\n\nDo it.', parent: 2, blockedBy: [3] })
  const backlog = backlogAt(github)
  expect((await backlog.read()).tasks[3]).toMatchObject({ parent: 'GH-2', dependsOn: ['GH-3'] })
  const { warnings, text } = await backlog.brief('GH-4')
  expect(text).toContain('Do it.')
  expect(warnings.join('\n')).toMatch(/names GH-1 as its parent, GitHub GH-2[\s\S]*depends on GH-1/)
})

test('an issue that is no task keeps others waiting only while it is open', async () => {
  const github = await serveGitHub()
  const stranger = addIssue(github.state, {})
  addTask(github, { body: 'Depends on: #1' })
  const backlog = backlogAt(github)
  expect((await backlog.read()).tasks[0]?.dependsOn).toEqual(['GH-1'])
  const rung = new Promise<void>((resolve) => {
    const bell = backlog.bell.subscribe(() => {
      bell.unsubscribe()
      resolve()
    })
  })
  person(stranger, { state: 'closed', stateReason: 'completed' })
  await rung
  expect((await backlog.read()).tasks[0]?.dependsOn).toEqual([])
})

test('1,000 issues that stay as they are cost nothing, however often they are looked at', async () => {
  const github = await serveGitHub()
  for (let nth = 0; nth < 1_000; nth += 1) addTask(github)
  const backlog = backlogAt(github, { pollMs: 1 })
  expect((await backlog.read()).tasks).toHaveLength(1_000)
  const { remaining } = github.quota
  const loaded = github.seen.length
  const listening = backlog.bell.subscribe()
  await expect.poll(() => github.seen.length - loaded, { timeout: 20_000, interval: 5 }).toBeGreaterThan(100)
  listening.unsubscribe()
  const polls = github.seen.slice(loaded, loaded + 100)
  const statuses = new Set(polls.map(({ status, isConditional }) => `${status} ${isConditional}`))
  console.log(`1,000 issues: ${loaded} requests to read all, 100 looks, ${[...statuses]}, quota used 0`)
  expect([...statuses]).toEqual(['304 true'])
  expect(github.quota.remaining).toBe(remaining)
})

test('of 5,000 issues only the pages that have changed are read, by the next process, too', async () => {
  const github = await serveGitHub()
  const issues = Array.from({ length: 5_000 }, () => addTask(github))
  const cacheFile = join(tempFolder(), 'cache.json')
  const first = backlogAt(github, { cacheFile })
  expect((await first.read()).tasks).toHaveLength(5_000)
  await first.close()
  const all = github.seen.length

  const look = async (): Promise<{ requests: number; pending: number }> => {
    const before = github.seen.length
    const next = backlogAt(github, { cacheFile })
    const { tasks } = await next.read()
    await next.close()
    const lists = github.seen.slice(before).filter(({ path }) => path.endsWith('/issues'))
    return { requests: lists.length, pending: tasks.filter(({ status }) => status === 'pending').length }
  }
  expect(await look()).toEqual({ requests: 1, pending: 5_000 }) // a 304
  for (const issue of issues.slice(0, 30)) person(issue, { state: 'closed' })
  const few = await look()
  expect(few).toEqual({ requests: 1, pending: 4_970 })
  for (const [nth, issue] of issues.slice(100, 350).entries()) {
    person(issue, { state: 'closed' })
    issue.updatedAt = `${new Date(Date.now() + (nth + 1) * 1_000).toISOString().slice(0, 19)}Z`
  }
  const many = await look()
  expect(many.pending).toBe(4_720)
  expect(many.requests).toBeLessThanOrEqual(3)
  console.log(
    `5,000 issues: ${all} requests at first; 30 changed: ${few.requests}; 250 changed: ${many.requests}`,
  )
})

test('a change during the reading of many pages is not missed', async () => {
  const github = await serveGitHub()
  const issues = Array.from({ length: 250 }, () => addTask(github))
  let isEdited = false
  github.fault = ({ query }) => {
    if (!isEdited && query.includes('page=3')) {
      isEdited = true
      person(issues[0]!, { title: 'Edited meanwhile' })
    }
    return null
  }
  const { tasks } = await backlogAt(github).read()
  expect(tasks[0]?.title).toBe('Edited meanwhile')
})
