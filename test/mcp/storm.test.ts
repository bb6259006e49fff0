import fc from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import { modernMeta, startMcp } from '../support/mcp-client.ts'
import { backlogOf, configOf, makeProject } from '../support/project.ts'

/** The long form: LOOPWORK_FUZZ=100000. */
const requests = Number(process.env.LOOPWORK_FUZZ ?? 3_000)
const clients = Number(process.env.LOOPWORK_CLIENTS ?? 50)

test(`${clients} clients at once, while a loop works, say nothing that the log does not`, {
  timeout: 600_000,
}, async () => {
  const ids = Array.from({ length: 20 }, (_, nth) => `T-${nth + 1}`)
  const project = makeProject({
    'loopwork.config.json': configOf(['true'], { maxIterations: 1_000 }),
    'tasks.json': backlogOf(...ids.map((id) => ({ id, title: `Do ${id}` }))),
  })
  const loop = project.begin('start')
  const answers = await Promise.all(
    Array.from({ length: clients }, async (_, nth) => {
      const client = startMcp(project.folder)
      onTestFinished(() => {
        client.child.kill('SIGKILL')
      })
      await client.initialize()
      const wanted = { title: `Of client ${nth}`, idempotencyKey: `client-${nth}`, priority: 'low' }
      const first = await client.call('loopwork_create_task', wanted)
      expect(first, JSON.stringify(first)).toMatchObject({ success: true, created: true })
      const { taskId } = first
      const why = []
      for (const id of [...ids.slice(nth % 20), taskId])
        why.push(await client.call('loopwork_why', { taskId: id }))
      expect((await client.call('loopwork_create_task', wanted)).taskId).toBe(taskId)
      expect(await client.close()).toBe(0)
      return { taskId, why }
    }),
  )
  const created = answers.map(({ taskId }) => taskId)
  expect(new Set(created).size).toBe(clients)
  await project.loopwork('stop')
  expect(await loop.answer).toMatchObject({ err: '' })

  const { out } = await project.loopwork('log', '--json')
  const facts = out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  const known = new Set(facts.map(({ at, event, stream }) => `${stream} ${at} ${event.type}`))
  const unheard = answers
    .flatMap(({ why }) => why)
    .flatMap(({ taskId, history }) =>
      history.map(({ at, type }: Record<string, string>) => `task/tasks.json/${taskId} ${at} ${type}`),
    )
    .filter((told) => !known.has(told))
  expect(unheard).toEqual([])
  const queued = facts.filter(({ event }) => event.type === 'task.queued').length
  expect(queued).toBe(20 + clients)
  expect(JSON.parse(project.read('tasks.json')).tasks).toHaveLength(20 + clients)
})

const names = [
  'loopwork_list_tasks',
  'loopwork_get_task',
  'loopwork_mark_complete',
  'loopwork_create_task',
  'nothing',
]
const methods = [
  'tools/call',
  'tools/list',
  'resources/read',
  'prompts/get',
  'completion/complete',
  'server/discover',
  'ping',
]
const anything = fc.jsonValue({ maxDepth: 3 })
/** Near to what a request is, but never one that may change anything. */
const near = fc.record(
  {
    jsonrpc: fc.constantFrom('2.0', '1.0', 2),
    id: fc.oneof(fc.integer({ max: -1 }), fc.string(), fc.constant(null), fc.constant(1.5)),
    method: fc.oneof(fc.constantFrom(...methods), fc.string(), anything),
    params: fc.oneof(
      anything,
      fc.record(
        {
          name: fc.oneof(fc.constantFrom(...names), anything),
          arguments: fc.oneof(
            anything,
            fc.record({ taskId: fc.oneof(fc.constant('../T-1'), anything), title: fc.constant('') }),
          ),
          uri: fc.oneof(fc.constant('loopwork://tasks/%E0%A4%A'), fc.string(), anything),
          cursor: anything,
          ref: anything,
          argument: anything,
          _meta: fc.oneof(anything, fc.constant(modernMeta)),
        },
        { requiredKeys: [] },
      ),
    ),
  },
  { requiredKeys: [] },
)
const garbage = fc
  .string({ unit: 'binary', maxLength: 60 })
  .map((text) => text.replace(/[\r\n\u2028\u2029]/g, ' '))
const line = fc.oneof(
  { weight: 4, arbitrary: near.map((value) => JSON.stringify(value)) },
  { weight: 1, arbitrary: garbage },
)

test(`${requests} requests that are wrong in some way change nothing and break nothing`, {
  timeout: 600_000,
}, async () => {
  const project = makeProject({
    'loopwork.config.json': configOf(['true']),
    'tasks.json': backlogOf({ id: 'T-1', title: 'One' }),
  })
  const client = startMcp(project.folder)
  onTestFinished(() => {
    client.child.kill('SIGKILL')
  })
  await client.initialize()
  await client.call('loopwork_count_pending')
  const state = async () => [project.read('tasks.json'), (await project.loopwork('log', '--json')).out]
  const before = await state()
  const seed = Number(process.env.LOOPWORK_SEED ?? 42)
  const batch = 1_000
  for (let sent = 0; sent < requests; sent += batch) {
    for (const text of fc.sample(line, { numRuns: Math.min(batch, requests - sent), seed: seed + sent }))
      client.send(text)
    expect((await client.ask('ping')).result).toEqual({})
  }
  expect(await state()).toEqual(before)
  expect(client.lines.every((text) => JSON.parse(text).jsonrpc === '2.0')).toBe(true)
  expect(await client.call('loopwork_count_pending')).toEqual({ count: 1 })
  expect(await client.close()).toBe(0)
  expect(client.stderr()).toBe('')
})
