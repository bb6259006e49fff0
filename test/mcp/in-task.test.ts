import { createHash } from 'node:crypto'
import { expect, test, vi } from 'vitest'
import { startMcp } from '../support/mcp-client.ts'
import { toolUser } from './tool-user.ts'

vi.setConfig({ testTimeout: 120_000 })

const typesOf = (facts: readonly { event: { type: string } }[]) => facts.map(({ event }) => event.type)

test('an agent attaches a file of the project to its attempt, and no other', async () => {
  const report = 'all is well\n'
  const project = toolUser(
    {
      'T-1': [
        ['loopwork_attach_evidence', { path: 'out/report.txt', note: 'the tests' }],
        ['loopwork_attach_evidence', { path: '/etc/hostname' }],
        ['loopwork_attach_evidence', { path: 'out' }],
        ['loopwork_attach_evidence', { path: 'missing.txt' }],
      ],
    },
    { 'out/report.txt': report },
  )
  expect(await project.loopwork('start')).toMatchObject({ code: 0 })
  const [kept, ...refused] = project.answers('loopwork_attach_evidence')
  const sha256 = createHash('sha256').update(report).digest('hex')
  expect(kept).toMatchObject({ bytes: report.length, sha256 })
  expect(project.read(`.loopwork-state/${kept?.kept}`)).toBe(report)
  expect(refused.map(({ code }) => code)).toEqual(['invalid', 'invalid', 'not_found'])
  const attached = (await project.facts('T-1')).filter(({ event }) => event.type === 'task.evidenceAttached')
  expect(attached).toMatchObject([
    { by: 'agent', event: { data: { name: 'report.txt', path: kept?.kept, note: 'the tests', sha256 } } },
  ])
})

test('an agent that is blocked ends its attempt and leaves the task to a person', async () => {
  const project = toolUser({ 'T-1': [['loopwork_declare_blocked', { reason: 'the key is missing' }]] })
  await project.loopwork('start')
  expect(JSON.parse((await project.loopwork('task', 'show', 'T-1', '--json')).out)).toMatchObject({
    state: 'needsPerson',
    reason: 'the key is missing',
  })
  expect(JSON.parse(project.read('tasks.json')).tasks[0].status).not.toBe('completed')
})

test('an agent adds parts of its own task within the limits, speaks for no other, and not once it is over', async () => {
  const parts = (count: number, word: string) => ({
    subtasks: Array.from({ length: count }, (_, nth) => ({ title: `${word} ${nth}`, priority: 'low' })),
  })
  const project = toolUser({
    'T-1': [
      ['loopwork_propose_subtasks', parts(2, 'First')],
      ['loopwork_propose_subtasks', parts(2, 'First')],
      ['loopwork_propose_subtasks', parts(2, 'Second')],
      ['loopwork_mark_complete', { taskId: 'T-2' }],
    ],
    'T-2': [],
  })
  await project.loopwork('start')
  const [first, again, tooMany] = project.answers('loopwork_propose_subtasks')
  expect(first?.added.map(({ taskId }: { taskId: string }) => taskId)).toEqual(['T-1a', 'T-1b'])
  expect(again?.added).toEqual(first?.added)
  expect(tooMany).toMatchObject({ code: 'rejected', error: expect.stringContaining('no more than 3') })
  expect(project.answers('loopwork_mark_complete')).toMatchObject([{ code: -32602 }])
  const added = JSON.parse(project.read('tasks.json')).tasks.filter(
    ({ parentId }: { parentId?: string }) => parentId === 'T-1',
  )
  expect(added).toHaveLength(3)

  const { tools, server } = project.journal().find(({ task, server }) => task === 'T-1' && server) ?? {}
  expect(tools.filter((name: string) => /mark_|reset|create|answer|pause|start/.test(name))).toEqual([])
  const past = startMcp(project.folder, server.args.slice(2))
  await past.initialize()
  const before = await project.facts('T-1')
  for (const [tool, args] of [
    ['loopwork_report_progress', { text: 'I am still here' }],
    ['loopwork_declare_blocked', { reason: 'of spite' }],
    ['loopwork_propose_subtasks', parts(1, 'Third')],
    ['loopwork_ask_person', { question: 'May I?', fallback: 'yes' }],
    ['loopwork_attach_evidence', { path: 'tasks.json' }],
  ] as const)
    expect(await past.call(tool, args), tool).toMatchObject({ success: false, code: 'rejected' })
  expect(await past.close()).toBe(0)
  expect(await project.facts('T-1')).toEqual(before)
})

test('a question is answered by the client of a person', async () => {
  const asked = { question: 'Blue or green?', options: ['blue', 'green'], fallback: 'blue', minutes: 10 }
  const project = toolUser({ 'T-1': [['loopwork_ask_person', asked]] })
  const run = project.begin('start')
  await project.called('loopwork_ask_person')
  const client = startMcp(project.folder)
  await client.initialize()
  await expect
    .poll(() => client.call('loopwork_list_questions'), { timeout: 60_000 })
    .toMatchObject({ count: 1, questions: [{ taskId: 'T-1', text: 'Blue or green?', fallback: 'blue' }] })
  const answer = (taskId: string, text: string) =>
    client.call('loopwork_answer_question', { taskId, answer: text })
  expect(await answer('T-2', 'green')).toMatchObject({ code: 'not_found' })
  expect(await answer('T-1', 'GREEN')).toEqual({ success: true, error: null, taskId: 'T-1' })
  expect(await answer('T-1', 'blue')).toMatchObject({ success: false })
  expect((await run.answer).code).toBe(0)
  expect(project.answers('loopwork_ask_person')).toEqual([{ answer: 'green', isFallback: false }])
  expect(await client.close()).toBe(0)
  expect(typesOf(await project.facts('T-1'))).toContain('task.answered')
})

test.each([
  ['answered while no loop is alive', 10],
  ['past its deadline while no loop is alive', 0.05],
])('a question outlives the loop that was killed with -9: %s', async (_, minutes) => {
  const asked = { question: 'Round or square?', fallback: 'round', minutes }
  const project = toolUser({ 'T-1': [['loopwork_ask_person', asked]] })
  await project.loopwork('task') // so that there is a log to look into
  const first = project.begin('start')
  const isAsked = async () => typesOf(await project.facts('T-1')).includes('task.asked')
  await expect.poll(isAsked, { timeout: 60_000 }).toBe(true)
  first.kill('SIGKILL')
  await first.answer
  if (minutes > 1) expect(await project.loopwork('answer', 'T-1', 'square')).toMatchObject({ code: 0 })
  const wanted = minutes > 1 ? { answer: 'square', isFallback: false } : { answer: 'round', isFallback: true }
  await expect.poll(() => project.answers('loopwork_ask_person'), { timeout: 60_000 }).toEqual([wanted])
  expect(await project.loopwork('resume')).toMatchObject({ code: 0 })
  const facts = await project.facts('T-1')
  expect(facts.filter(({ event }) => event.type === 'task.answered')).toMatchObject([
    { event: { data: wanted } },
  ])
  expect(typesOf(facts).filter((type) => type === 'task.claimed')).toHaveLength(1)
  expect(typesOf(facts)).toContain('task.completed')
})

test('the question of an agent that was killed itself is void, and the next attempt asks anew', async () => {
  const asked = { question: 'Tea or coffee?', fallback: 'tea', minutes: 10 }
  const project = toolUser({ 'T-1': [['loopwork_ask_person', asked]] })
  const config = JSON.parse(project.read('loopwork.config.json'))
  project.write('loopwork.config.json', JSON.stringify({ ...config, maxRetries: 1, retryDelay: 10 }))
  await project.loopwork('task') // so that there is a log to look into
  const run = project.begin('start')
  const open = async () => JSON.parse((await project.loopwork('answer', '--json')).out).questions
  await expect.poll(open, { timeout: 60_000 }).toMatchObject([{ task: 'T-1', text: 'Tea or coffee?' }])
  const [first] = await open()
  const { processes } = JSON.parse((await project.loopwork('processes', 'list', '--json')).out)
  const agent = processes.find(({ kind }: { kind: string }) => kind === 'agent')
  process.kill(agent.pid, 'SIGKILL')

  const second = expect.objectContaining({ task: 'T-1', text: 'Tea or coffee?' })
  await expect
    .poll(
      async () => (await open()).filter(({ question }: { question: string }) => question !== first.question),
      {
        timeout: 60_000,
      },
    )
    .toEqual([second])
  expect(await project.loopwork('answer', 'T-1', 'coffee')).toMatchObject({ code: 0 })
  expect((await run.answer).code).toBe(0)
  expect(project.answers('loopwork_ask_person')).toEqual([{ answer: 'coffee', isFallback: false }])
  const types = typesOf(await project.facts('T-1'))
  expect(types.filter((type) => type === 'task.asked')).toHaveLength(2)
  expect(types.filter((type) => type === 'task.answered')).toHaveLength(1)
  expect(types.filter((type) => type === 'task.claimed')).toHaveLength(2)
})
