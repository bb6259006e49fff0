import { expect, test } from 'vitest'
import { backlogOf, configOf, makeProject } from '../support/project.ts'
import { serve } from '../support/services/service.ts'
import { asanaService, asanaToken, everhourKey, everhourService } from '../support/services/trackers.ts'

const task = (id: string, metadata = {}) => ({ id, title: `Task ${id}`, metadata })
const json = (text: string) => JSON.parse(text)

test('without plugins there is nothing to be listed', async () => {
  const project = makeProject({})
  const { out } = await project.loopwork('plugins')
  expect(out).toContain('No plugin has run here yet')
  expect(json((await project.loopwork('plugins', '--json')).out)).toEqual({
    schema: 'loopwork/plugins@1',
    plugins: [],
  })
})

test('what could not be delivered is listed, tried again, and let go of', { timeout: 60_000 }, async () => {
  const service = await asanaService(['2'])
  const project = makeProject({
    'tasks.json': backlogOf(task('A', { asanaGid: '1' }), task('B', { asanaGid: '2' })),
    'loopwork.config.json': configOf(['true'], { asana: { apiUrl: service.url } }),
  }).with({ ASANA_ACCESS_TOKEN: asanaToken })
  await project.loopwork('start', '--quiet')

  const listed = json((await project.loopwork('plugins', '--json')).out)
  expect(listed.plugins).toMatchObject([
    {
      plugin: 'asana',
      namespace: 'default',
      parked: [
        {
          type: 'task.claimed',
          subject: 'A',
          problem: 'Asana answered 404: task: Unknown object: 1',
          tries: 1,
        },
        { type: 'task.completed', subject: 'A' },
      ],
    },
  ])
  const [first, second] = listed.plugins[0].parked
  expect((await project.loopwork('status')).out).toContain('plugin asana:')
  expect((await project.loopwork('plugins')).out).toMatch(/asana +default .* 2 +Asana answered 404/)

  const skipped = await project.loopwork('plugins', 'skip', 'asana', String(first.position))
  expect(skipped.out).toBe('1 events are let go of\n')
  ;(service.tasks as Map<string, unknown>).set('1', { completed: false, comments: [] })
  expect((await project.loopwork('plugins', 'retry', 'asana')).out).toContain('asana tries again, 1 parked')
  await project.loopwork('start', '--quiet')
  expect(service.tasks.get('1')).toMatchObject({ completed: true, comments: { length: 1 } })
  const after = json((await project.loopwork('plugins', '--json')).out)
  expect(after.plugins[0].parked).toEqual([])
  expect(second.position).toBeGreaterThan(first.position)
})

test('a plugin or an event that there is not is refused, with what there is', async () => {
  const project = makeProject({
    'tasks.json': backlogOf(task('A')),
    'loopwork.config.json': configOf(['true'], { asana: {} }),
  })
  await project.loopwork('start', '--quiet')
  const unknown = await project.loopwork('plugins', 'retry', 'asaana')
  expect(unknown).toMatchObject({ code: 4, err: expect.stringContaining('there is no plugin asaana') })
  expect(unknown.err).toContain('There are asana.')
  expect(await project.loopwork('plugins', 'skip', 'asana', '3')).toMatchObject({ code: 4 })
  expect(await project.loopwork('plugins', 'dance')).toMatchObject({ code: 2 })
})

test('a service without credentials is silent, and named in the status', async () => {
  const service = await serve(() => ({ status: 200 }))
  const project = makeProject({
    'tasks.json': backlogOf(task('A')),
    'loopwork.config.json': configOf(['true'], { discord: {}, webhook: { url: service.url } }),
  }).with({ DISCORD_WEBHOOK_URL: '', LOOPWORK_WEBHOOK_SECRET: '' })
  const { code } = await project.loopwork('start')
  expect(code).toBe(0)
  const { out } = await project.loopwork('status')
  expect(out).toContain('plugin discord: unconfigured, no address: set webhookUrl or DISCORD_WEBHOOK_URL')
  expect(out).toContain('plugin webhook: unconfigured, no key to sign with')
  expect(service.seen).toEqual([])
})

test('the daily limit of Everhour holds the loop, over kill -9, until a person stops it', {
  timeout: 60_000,
}, async () => {
  const service = await everhourService()
  service.used = 9 * 3600
  const agent = ['sh', '-c', 'until [ -e go ]; do sleep 0.05; done']
  const project = makeProject({
    'tasks.json': backlogOf(task('A', { everhourId: 'ev:1' }), task('B')),
    'loopwork.config.json': configOf(agent, { everhour: { apiUrl: service.url, dailyLimit: 8 } }),
  })
  const { begin, loopwork } = project.with({ EVERHOUR_API_KEY: everhourKey })
  const held = async () => {
    const { loops } = json((await loopwork('status', '--json')).out)
    return loops[0]?.reason
  }
  const run = begin('start')
  await expect
    .poll(async () => (await loopwork('log', '--type', 'loop.held')).out, { timeout: 20_000 })
    .toContain('9.0 of')
  project.write('go', '')
  await expect.poll(held, { timeout: 20_000 }).toContain("9.0 of today's 8 hours are used")
  run.kill('SIGKILL')
  await run.answer
  const again = begin('resume')
  await expect.poll(held, { timeout: 20_000 }).toContain("9.0 of today's 8 hours are used")
  again.kill('SIGTERM')
  await again.answer
  const tasks = json((await loopwork('status', '--json')).out).tasks.counts
  expect(tasks).toEqual({ completed: 1, queued: 1 })
})
