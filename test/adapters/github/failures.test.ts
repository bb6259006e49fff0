import { expect, test } from 'vitest'
import { addTask, backlogAt, person, serveGitHub } from '../../support/github/backlog.ts'

test('a wrong token is said to be one', async () => {
  const github = await serveGitHub()
  await expect(backlogAt(github, { token: 'wrong' }).read()).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringContaining('401 (Bad credentials)'),
    hint: expect.stringContaining('GITHUB_TOKEN'),
  })
})

test('a token without the right to write is said to be one, and nothing is lost', async () => {
  const github = await serveGitHub()
  const issue = addTask(github)
  const backlog = backlogAt(github)
  const message = 'Resource not accessible by personal access token'
  github.fault = ({ method }) => (method === 'GET' ? null : { reply: { status: 403, data: { message } } })
  await expect(backlog.tell('GH-1', 'failed', 'no')).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringContaining(message),
    hint: expect.stringContaining('Issues: read and write'),
  })
  github.fault = () => null
  await backlog.tell('GH-1', 'failed', 'no')
  expect(issue.comments).toHaveLength(1)
})

test('a repository that is not there, and one that is archived', async () => {
  const github = await serveGitHub()
  await expect(backlogAt(github, { repo: 'acme/nothing' }).read()).rejects.toMatchObject({
    code: 'not_found',
    hint: expect.stringContaining('acme/nothing'),
  })
  github.state.isArchived = true
  await expect(backlogAt(github).read()).rejects.toMatchObject({
    message: expect.stringContaining('archived'),
  })
})

test('a repository that was renamed is followed, also while work goes on', async () => {
  const github = await serveGitHub()
  const issue = addTask(github)
  const backlog = backlogAt(github)
  await backlog.read()
  github.state.formerNames.add('acme/app')
  github.state.repo = 'acme/renamed'
  await backlog.tell('GH-1', 'completed', 'done')
  expect(issue).toMatchObject({ state: 'closed', comments: [{ body: expect.stringContaining('done') }] })
  expect((await backlogAt(github).read()).tasks).toHaveLength(1)
  expect(backlog.id).toBe('acme/app')
})

test('an issue that was transferred or deleted leaves the backlog', async () => {
  const github = await serveGitHub()
  const [moved, gone] = [addTask(github), addTask(github)]
  const backlog = backlogAt(github)
  await backlog.read()
  moved.left = `${github.url}/repos/acme/other/issues/7`
  gone.left = 'gone'
  await expect(backlog.tell('GH-1', 'failed', 'no')).rejects.toMatchObject({ code: 'not_found' })
  await expect(backlog.tell('GH-2', 'failed', 'no')).rejects.toMatchObject({ code: 'not_found' })
  expect((await backlog.read()).tasks).toEqual([])
})

test('a body of 65,536 characters is read whole, and one that is longer is refused', async () => {
  const github = await serveGitHub()
  const body = 'x'.repeat(65_536)
  addTask(github, { body })
  const backlog = backlogAt(github)
  expect((await backlog.brief('GH-1')).text).toBe(body)
  await expect(backlog.add({ title: 'Too long', description: body })).rejects.toMatchObject({
    code: 'invalid',
  })
  expect(github.state.issues.size).toBe(1)
})

test('without GitHub work goes on with what was known, and the outage is said', async () => {
  const github = await serveGitHub()
  const issue = addTask(github)
  const backlog = backlogAt(github)
  await backlog.read()
  github.fault = () => ({ cut: true, isDone: false })
  const rings: string[] = []
  const bell = backlog.bell.subscribe(() => void rings.push('rung'))
  await expect.poll(async () => (await backlog.read()).problem ?? '').toMatch(/GitHub did not answer/)
  expect((await backlog.read()).tasks).toHaveLength(1)
  github.fault = () => null
  person(issue, { title: 'Edited in the meantime' })
  await expect.poll(async () => (await backlog.read()).tasks[0]?.title).toBe('Edited in the meantime')
  expect((await backlog.read()).problem).toBeNull()
  bell.unsubscribe()
  expect(rings.length).toBeGreaterThan(1)
})

test('an added issue has its place in text and in relations, and is added once', async () => {
  const github = await serveGitHub()
  addTask(github)
  addTask(github)
  const backlog = backlogAt(github)
  let isCut = false
  github.fault = ({ method, path }) => {
    if (isCut || method !== 'POST' || !path.endsWith('/issues')) return null
    isCut = true
    return { cut: true, isDone: true }
  }
  const id = await backlog.add({
    title: 'Third',
    description: 'Do it.',
    priority: 'high',
    feature: 'auth',
    parent: 'GH-1',
    dependsOn: ['GH-2'],
  })
  expect(id).toBe('GH-3')
  expect(github.state.issues.get(3)).toMatchObject({
    parent: 1,
    blockedBy: [2],
    labels: ['loopwork-task', 'loopwork:pending', 'priority:high', 'feat:auth', 'loopwork:sub-task'],
    body: expect.stringMatching(/^Parent: #1\nDepends on: #2\n\nDo it\./),
  })
  expect(github.state.issues.size).toBe(3)
  expect((await backlog.read()).tasks[2]).toMatchObject({
    parent: 'GH-1',
    dependsOn: ['GH-2'],
    feature: 'auth',
  })
  await expect(backlog.add({ title: 'x', parent: 'GH-99' })).rejects.toMatchObject({ code: 'not_found' })
})
