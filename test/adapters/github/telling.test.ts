import { expect, test } from 'vitest'
import type { Delivery } from '../../../src/ports/backlog.ts'
import { addTask, backlogAt, person, serveGitHub } from '../../support/github/backlog.ts'
import { type Fault, type Seen, secondaryLimit } from '../../support/github/server.ts'

const first: Delivery = { key: 'key-1', mayBeDone: false }
const again: Delivery = { key: 'key-1', mayBeDone: true }

test('a claim shows as label, assignee and comment, and ends with the work', async () => {
  const github = await serveGitHub()
  const issue = addTask(github, { labels: ['loopwork:pending', 'mine'] })
  const backlog = backlogAt(github)
  await backlog.tell('GH-1', 'in-progress', undefined, first)
  expect(issue).toMatchObject({
    labels: ['loopwork-task', 'mine', 'loopwork:in-progress'],
    assignees: ['robot'],
    comments: [{ body: expect.stringContaining('loopwork on here is working on this') }],
  })
  await backlog.tell('GH-1', 'failed', 'it ``` broke', { key: 'key-2', mayBeDone: false })
  expect(issue).toMatchObject({
    labels: ['loopwork-task', 'mine', 'loopwork:failed'],
    state: 'open',
    assignees: [],
  })
  expect(issue.comments.map(({ body }) => body)).toEqual([
    '**Loopwork Failed**\n\n````\nit ``` broke\n````\n\n<!-- loopwork:told key-2 -->',
  ])
})

test.each<[string, Fault]>([
  ['the connection breaks after it was done', { cut: true, isDone: true }],
  ['the connection breaks before it was done', { cut: true, isDone: false }],
  ['the server fails', { reply: { status: 502, data: { message: 'Bad Gateway' } } }],
  ['no answer comes', { hang: true, isDone: true }],
])('whatever is told is told once, where %s', async (_, fault) => {
  const isWrite = ({ method }: Seen) => method !== 'GET'
  const [plain, broken] = [await serveGitHub(), await serveGitHub()]
  const told = async (github: typeof plain): Promise<unknown> => {
    const issue = addTask(github)
    const backlog = backlogAt(github, { timeoutMs: 1_000 })
    for (const [nth, status] of (['in-progress', 'completed'] as const).entries()) {
      const note = status === 'completed' ? 'done' : undefined
      let mayBeDone = false
      for (let isTold = false; !isTold; mayBeDone = true) {
        isTold = await backlog.tell('GH-1', status, note, { key: `k${nth}`, mayBeDone }).then(
          () => true,
          (thrown) => {
            expect(thrown.code).toBe('unavailable')
            return false
          },
        )
      }
    }
    const { state, labels, comments } = issue
    return { state, labels, comments: comments.map(({ body }) => body) }
  }
  const broke = new Set<string>()
  broken.fault = (seen) => {
    const name = `${seen.method} ${seen.path} ${JSON.stringify(seen.body)}`
    if (!isWrite(seen) || broke.has(name)) return null
    broke.add(name)
    return fault
  }
  expect(await told(broken)).toEqual(await told(plain))
  expect(broke.size).toBe(5)
})

test('a note that quotes a claim is none: it is kept, and holds nothing', async () => {
  const github = await serveGitHub()
  const issue = addTask(github, { labels: ['loopwork:pending'] })
  const backlog = backlogAt(github)
  for (const [nth, holder] of ['here', 'elsewhere'].entries()) {
    await backlog.tell('GH-1', 'in-progress', undefined, { key: `claim-${nth}`, mayBeDone: false })
    const note = `gh issue view said: <!-- loopwork:claim holder="${holder}" -->`
    await backlog.tell('GH-1', 'failed', note, { key: `end-${nth}`, mayBeDone: true })
    await backlog.tell('GH-1', 'pending', undefined, { key: `back-${nth}`, mayBeDone: true })
  }
  expect(issue.comments.map(({ body }) => body.includes('gh issue view said'))).toEqual([true, true])
  await backlog.tell('GH-1', 'in-progress', undefined, { key: 'claim-2', mayBeDone: false })
  expect(issue.labels).toContain('loopwork:in-progress')
})

test('a stranger who writes a claim holds nothing', async () => {
  const github = await serveGitHub()
  const issue = addTask(github)
  const backlog = backlogAt(github)
  const at = github.state.now()
  const body = 'Mine. <!-- loopwork:claim holder="stranger" -->'
  issue.comments.push({ id: 7, body, login: 'stranger', createdAt: at, updatedAt: at, isStranger: true })
  await backlog.tell('GH-1', 'in-progress', undefined, first)
  expect(issue.labels).toContain('loopwork:in-progress')
  expect((await backlog.read()).tasks[0]).toMatchObject({ status: 'in-progress', heldBy: null })
})

test('what a person did meanwhile stays, and the telling is refused', async () => {
  const github = await serveGitHub()
  const issue = addTask(github)
  const backlog = backlogAt(github)
  await backlog.read()
  person(issue, { state: 'closed', stateReason: 'not_planned' })
  await expect(backlog.tell('GH-1', 'in-progress', undefined, first)).rejects.toMatchObject({
    code: 'conflict',
  })
  expect(issue).toMatchObject({ state: 'closed', stateReason: 'not_planned', comments: [] })
  expect((await backlog.read()).tasks[0]?.status).toBe('cancelled')
})

test('of two machines that claim at once one goes on, and the other sees it', async () => {
  const github = await serveGitHub()
  const issue = addTask(github)
  const [one, other] = [backlogAt(github, { holder: 'one' }), backlogAt(github, { holder: 'other' })]
  await Promise.all([one.read(), other.read()])
  const results = await Promise.allSettled([
    one.tell('GH-1', 'in-progress', undefined, first),
    other.tell('GH-1', 'in-progress', undefined, { key: 'key-9', mayBeDone: false }),
  ])
  expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  const [winner, loser] = results[0]?.status === 'fulfilled' ? ['one', other] : ['other', one]
  expect((await (loser as typeof one).read()).tasks[0]).toMatchObject({
    status: expect.any(String),
    heldBy: winner,
  })
  expect(issue.comments.filter(({ body }) => body.includes('loopwork:claim '))).toHaveLength(1)
})

test('labels that were deleted come back, and a note that is too long is cut', async () => {
  const github = await serveGitHub()
  const issue = addTask(github)
  const backlog = backlogAt(github)
  await backlog.read()
  github.state.labels.clear()
  github.fault = ({ method, body }) =>
    method === 'PATCH' && body.labels && !github.state.labels.has('loopwork:failed')
      ? {
          reply: {
            status: 422,
            data: {
              message: 'Validation Failed',
              errors: [
                { resource: 'Label', field: 'name', code: 'missing', message: 'Label does not exist' },
              ],
            },
          },
        }
      : null
  await backlog.tell('GH-1', 'failed', 'x'.repeat(70_000), again)
  expect(issue.labels).toEqual(['loopwork-task', 'loopwork:failed'])
  expect(issue.comments[0]?.body.length).toBeLessThan(65_536)
  expect(github.state.labels.get('loopwork:failed')?.color).toBe('d73a4a')
})

test('limits are kept to: short ones are waited for, long ones are not asked against', async () => {
  const github = await serveGitHub()
  addTask(github)
  const backlog = backlogAt(github)
  await backlog.read()
  let refusals = 0
  github.fault = ({ method }) => {
    if (method === 'GET' || refusals > 0) return null
    refusals += 1
    return { reply: secondaryLimit(1) }
  }
  await backlog.tell('GH-1', 'failed', 'no', first)
  expect(refusals).toBe(1)
  github.quota.remaining = 0
  await expect(backlog.tell('GH-1', 'pending')).rejects.toMatchObject({
    code: 'unavailable',
    message: /rate limit/,
  })
  const asked = github.seen.length
  await expect(backlog.tell('GH-1', 'pending')).rejects.toMatchObject({ code: 'unavailable' })
  expect(github.seen.length).toBe(asked)
})
