import { expect, test } from 'vitest'
import { asana } from '../../src/integrations/asana.ts'
import { everhour } from '../../src/integrations/everhour.ts'
import { todoist } from '../../src/integrations/todoist.ts'
import {
  asanaService,
  asanaToken,
  everhourKey,
  everhourService,
  todoistService,
  todoistToken,
} from '../support/services/trackers.ts'
import { nasty, playTwenty, staged } from './stage.ts'

const ids = Array.from({ length: 20 }, (_, nth) => `T-${nth + 1}`)
const metadataOf = (key: string) => Object.fromEntries(ids.map((id) => [id, { [key]: `x${id}` }]))
const remote = ids.map((id) => `x${id}`)

test('Asana has twenty tasks commented and all but the failed one completed', async () => {
  const service = await asanaService(remote)
  const plugin = asana({ accessToken: asanaToken, apiUrl: service.url })
  const stage = await staged(plugin, { metadata: metadataOf('asanaGid') })
  service.next({
    status: 429,
    headers: { 'retry-after': '0' },
    body: { errors: [{ message: 'Rate limited' }] },
  })
  await playTwenty(stage)
  expect([...service.tasks].filter(([, { completed }]) => !completed).map(([gid]) => gid)).toEqual(['xT-7'])
  expect(service.tasks.get('xT-1')?.comments).toEqual([
    'Loopwork: attempt 1 with claude (model-1)',
    'Loopwork: completed after 1s, $0.25\n\nTask 1 is done',
  ])
  expect(service.tasks.get('xT-7')?.comments[1]).toBe('Loopwork: failed after 1s, $0.25\n\nthe tests fail')
  expect(stage.report.errors).toBe(0)
})

test('Asana is left alone by tasks that are not its own, and by what is switched off', async () => {
  const service = await asanaService(remote)
  const plugin = asana({ accessToken: asanaToken, apiUrl: service.url, syncStatus: false })
  const stage = await staged(plugin, { metadata: { 'T-2': { asanaGid: 'xT-2' } } })
  await playTwenty(stage)
  expect(service.seen).toHaveLength(2)
  expect(service.tasks.get('xT-2')?.completed).toBe(false)
})

test('what Asana will never take is parked, and the next is delivered', async () => {
  const service = await asanaService(['xT-2'])
  const metadata = { 'T-1': { asanaGid: 'gone' }, 'T-2': { asanaGid: 'xT-2' } }
  const stage = await staged(asana({ accessToken: asanaToken, apiUrl: service.url }), { metadata })
  await stage.work('T-1')
  await stage.work('T-2')
  await stage.settled()
  expect(service.tasks.get('xT-2')).toMatchObject({ completed: true, comments: { length: 2 } })
  expect(stage.report.problem).toBe('Asana answered 404: task: Unknown object: gone')
})

test('Todoist has its tasks closed, and no comment twice, though an answer was lost', async () => {
  const service = await todoistService(remote)
  const plugin = todoist({ apiToken: todoistToken, apiUrl: `${service.url}/api/v1` })
  const stage = await staged(plugin, { metadata: metadataOf('todoistId') })
  await stage.work('T-1', { reason: nasty })
  await stage.settled()
  service.next({ status: 503, body: {} })
  await playTwenty(stage)
  expect(service.tasks.get('xT-1')?.comments).toHaveLength(4)
  expect(service.tasks.get('xT-1')?.comments[1]).toContain('\\*bold\\*')
  expect([...service.tasks.values()].filter(({ completed }) => completed)).toHaveLength(19)
  expect(stage.report.errors).toBe(1)
})

test('Todoist is sent the same id in every try of one request, and another in the next', async () => {
  const service = await todoistService(remote)
  const plugin = todoist({ apiToken: todoistToken, apiUrl: `${service.url}/api/v1` })
  const stage = await staged(plugin, { metadata: metadataOf('todoistId') })
  service.next({ status: 500 })
  await stage.work('T-1')
  await stage.settled()
  const [first, second, ...others] = service.seen.map(({ headers }) => headers['x-request-id'])
  expect(first).toBe(second)
  expect(new Set([first, ...others]).size).toBe(1 + others.length)
})

test('Everhour has a timer for each attempt, and none in the end', async () => {
  const service = await everhourService()
  const metadata = { ...metadataOf('asanaGid'), 'T-3': { everhourId: 'ev:3' } }
  const stage = await staged(everhour({ apiKey: everhourKey, apiUrl: service.url }), { metadata })
  await playTwenty(stage)
  expect(service.started.slice(0, 3)).toEqual(['as:xT-1', 'as:xT-2', 'ev:3'])
  expect(service.started).toHaveLength(20)
  expect(service.running).toBeNull()
})

test('Everhour is told the time where timers are off', async () => {
  const service = await everhourService()
  const plugin = everhour({ apiKey: everhourKey, apiUrl: service.url, autoStartTimer: false })
  const stage = await staged(plugin, { metadata: metadataOf('everhourId') })
  await playTwenty(stage)
  expect(service.used).toBe(20)
  expect(service.started).toEqual([])
})

test('the daily limit of Everhour holds the loop until the day is over', async () => {
  const service = await everhourService()
  service.used = 8 * 3600 - 1
  const plugin = everhour({ apiKey: everhourKey, apiUrl: service.url, dailyLimit: 8 })
  const stage = await staged(plugin, { metadata: metadataOf('everhourId') })
  await stage.work('T-1')
  await stage.settled()
  expect(stage.requests).toEqual([])
  service.used += 1
  await stage.work('T-2')
  await stage.settled()
  const [request] = stage.requests
  expect(request).toMatchObject({ type: 'hold', reason: "8.0 of today's 8 hours are used, by Everhour" })
  const until = new Date(request?.type === 'hold' ? request.until : 0)
  expect([until.getHours(), until.getMinutes(), until > new Date()]).toEqual([0, 0, true])
})

test.each([
  ['asana', (apiUrl: string) => asana({ accessToken: 'wrong-access-token', apiUrl }), asanaService],
  ['todoist', (url: string) => todoist({ apiToken: 'wrong-token', apiUrl: `${url}/api/v1` }), todoistService],
  ['everhour', (apiUrl: string) => everhour({ apiKey: 'wrong-key', apiUrl }), everhourService],
] as const)('a wrong token of %s is said once', async (name, make, start) => {
  const service = await start(remote)
  const metadata = metadataOf(name === 'todoist' ? 'todoistId' : 'asanaGid')
  const stage = await staged(make(service.url), { metadata })
  await playTwenty(stage)
  expect(service.seen).toHaveLength(1)
  expect(stage.lines).toHaveLength(1)
  expect(stage.lines[0]).toMatch(new RegExp(`^plugin ${name}: \\w+ answered 401: .*\\. Check `))
  expect(stage.lines[0]).not.toContain('wrong-')
})

test.each([
  ['asana', asana({}), 'accessToken or ASANA_ACCESS_TOKEN'],
  ['todoist', todoist({}), 'apiToken or TODOIST_API_TOKEN'],
  ['everhour', everhour({}), 'apiKey or EVERHOUR_API_KEY'],
])('%s without a token is silent and named', async (name, plugin, what) => {
  const stage = await staged(plugin)
  await playTwenty(stage)
  expect(stage.report.state).toBe('unconfigured')
  expect(stage.lines).toEqual([expect.stringMatching(new RegExp(`^plugin ${name}: no \\w+: set ${what}$`))])
})
