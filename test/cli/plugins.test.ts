import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type Answer, backlogOf, configOf, makeProject } from '../support/project.ts'
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
  expect(skipped.out).toBe('1 event is let go of\n')
  ;(service.tasks as Map<string, unknown>).set('1', { completed: false, comments: [] })
  expect((await project.loopwork('plugins', 'retry', 'asana')).out).toContain(
    'asana tries again, 1 parked event included',
  )
  await project.loopwork('start', '--quiet')
  expect(service.tasks.get('1')).toMatchObject({ completed: true, comments: { length: 1 } })
  const after = json((await project.loopwork('plugins', '--json')).out)
  expect(after.plugins[0].parked).toEqual([])
  expect(second.position).toBeGreaterThan(first.position)
})

test('a plugin that is no longer configured is forgotten by the next run, unless something is parked for it', {
  timeout: 60_000,
}, async () => {
  const service = await asanaService([])
  const project = makeProject({
    'tasks.json': backlogOf(task('A', { asanaGid: '1' })),
    'loopwork.config.json': configOf(['true'], { asana: { apiUrl: service.url }, slack: {} }),
  })
  const run = project.with({ ASANA_ACCESS_TOKEN: asanaToken, SLACK_WEBHOOK_URL: '' })
  const listed = async () =>
    json((await run.loopwork('plugins', '--json')).out).plugins.map(
      ({ plugin, state, problem, heardUpTo }: Record<string, unknown>) => [plugin, state, problem, heardUpTo],
    )
  await run.loopwork('start', '--quiet')
  expect(await listed()).toMatchObject([
    ['asana', 'failing', expect.stringContaining('404'), expect.any(Number)],
    ['slack', 'unconfigured', expect.anything(), null],
  ])

  project.write('loopwork.config.json', configOf(['true']))
  await run.loopwork('start', '--namespace', 'other', '--quiet') // another namespace has its own
  expect(await listed()).toHaveLength(2)
  await run.loopwork('start', '--quiet')
  expect(await listed()).toEqual([['asana', 'removed', 'no longer configured', null]])
  expect((await run.loopwork('status')).out).toContain(
    'plugin asana: removed, 2 undelivered and parked, no longer configured',
  )
  expect((await run.loopwork('doctor')).out).toContain('Put it back and start a run, or let go with')
  expect(await run.loopwork('plugins', 'retry', 'asana')).toMatchObject({
    code: 3,
    err: expect.stringContaining('asana is not configured any more'),
  })
  expect((await run.loopwork('plugins', 'skip', 'asana')).out).toBe('2 events are let go of\n')
  await run.loopwork('start', '--quiet')
  expect(await listed()).toEqual([])
  expect((await run.loopwork('status')).out).not.toContain('plugin')
})

test('of two plugins with one name the later is taken if it says override, and the redactor masks what it says', {
  timeout: 60_000,
}, async () => {
  const project = makeProject({
    'tasks.json': backlogOf(task('A')),
    'loopwork.config.ts': `
import { compose, defineConfig, withJSONBackend, withPlugin } from 'loopwork'
const own = { name: 'own', options: { accessToken: 'made-of-glass-77' } }
const secrets = () => process.env.MY_API_KEY + ' and made-of-glass-77'
const early = { name: 'mine', setup({ durable, log }) { log.info('the earlier'); durable(['task.completed'], () => log.info('earlier heard')) } }
const late = {
  name: 'mine',
  override: true,
  setup({ durable, log, store }) {
    console.log('printed ' + secrets())
    console.error('on error ' + secrets())
    process.stdout.write('written ' + secrets() + '\\n')
    log.warn('logged ' + secrets())
    durable(['task.claimed', 'task.completed'], ({ event }) => { throw new Error(event.type + ' needs ' + secrets()) }, { maxTries: 1 })
  },
}
export default compose(
  withPlugin(early),
  withPlugin({ name: 'between', onTaskStart() { throw new Error('hooked ' + secrets()) } }),
  withPlugin(late),
  withJSONBackend({ tasksFile: 'tasks.json' }),
)({ ...defineConfig({ cli: 'command', command: { file: 'true' } }), own })
`,
  })
  const run = project.with({ MY_API_KEY: 'sk-very-secret' })
  const said = [await run.loopwork('start'), await run.loopwork('plugins'), await run.loopwork('status')]
  said.push(await run.loopwork('plugins', '--json'), await run.loopwork('doctor'))
  const [{ out: started }, { out: shown }] = said as [Answer, Answer]
  const masked = '***MY_API_KEY*** and ***OPTIONS_ACCESS_TOKEN***'
  for (const how of ['printed', 'on error', 'written', 'logged', 'hooked', 'task.claimed needs'])
    expect(started).toContain(`${how} ${masked}`)
  expect(shown).toContain(`task.completed needs ${masked}`)
  for (const { out, err } of said) expect(out + err).not.toMatch(/sk-very-secret|made-of-glass-77/)
  expect(started).not.toContain('earlier')
  const { plugins } = json(said[3]?.out ?? '')
  expect(plugins.map(({ plugin }: { plugin: string }) => plugin)).toEqual(['between', 'hooks', 'mine'])
  for (const file of readdirSync(join(project.folder, '.loopwork-state'), {
    recursive: true,
    encoding: 'utf8',
  })) {
    const path = join(project.folder, '.loopwork-state', file)
    if (statSync(path).isFile())
      expect(readFileSync(path, 'latin1')).not.toMatch(/sk-very-secret|made-of-glass-77/)
  }
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
