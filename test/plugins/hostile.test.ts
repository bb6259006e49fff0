import { expect, test } from 'vitest'
import { backlogOf, makeProject } from '../support/project.ts'

const twenty = backlogOf(
  ...Array.from({ length: 20 }, (_, nth) => ({ id: `T-${nth + 1}`, title: `Task ${nth + 1}` })),
)

const hostile = `
import { compose, defineConfig, withJSONBackend, withPlugin } from 'loopwork'

const plugins = [
  { name: 'throws-in-setup', setup() { throw new Error('no') } },
  { name: 'tells-secrets', setup({ log, env }) { log.info(env.MY_API_KEY); throw new Error('it is ' + env.MY_API_KEY) } },
  { name: 'throws-in-stream', setup({ events$ }) { events$.subscribe(() => { throw new Error('boo') }) } },
  { name: 'throws-in-hook', onTaskStart() { throw new Error('hook') } },
  { name: 'throws-from-timer', setup() { setInterval(() => { throw new Error('tick') }, 20) } },
  { name: 'rejects', setup() { Promise.reject(new Error('lost')) } },
  { name: 'never-resolves', setup: () => new Promise(() => undefined) },
  { name: 'hook-never-resolves', onTaskComplete: () => new Promise(() => undefined) },
  { name: 'blocks', setup({ events$ }) {
    let isDone = false
    events$.subscribe(() => {
      if (isDone) return
      isDone = true
      const end = Date.now() + 2000
      while (Date.now() < end);
    })
  } },
  { name: 'leaks-timers', setup({ log }) { for (let n = 0; n < 1000; n += 1) setInterval(() => undefined, 10); log.info('leaking') } },
  { name: 'asks-nonsense', setup({ ask }) {
    void ask({ type: 'complete', task: 'NO-SUCH', reason: 'because' })
    void ask({ type: 'explode', reason: 'because' })
  } },
  { name: 'floods', setup({ ask }) { for (let n = 0; n < 500; n += 1) void ask({ type: 'continue', reason: 'flood' }) } },
  { name: 'exits', setup() { setTimeout(() => process.exit(0), 30) } },
  { name: 'good', setup({ durable, log }) { durable(['task.completed'], ({ stream }) => log.info('saw ' + stream)) } },
]
export default compose(...plugins.map((plugin) => withPlugin(plugin)), withJSONBackend({ tasksFile: 'tasks.json' }))(
  defineConfig({ cli: 'command', command: { file: 'true' } }),
)
`

type Status = {
  readonly tasks: { readonly counts: Readonly<Record<string, number>> }
  readonly plugins: readonly {
    readonly plugin: string
    readonly state: string
    readonly problem: string | null
    readonly errors: number
    readonly refused: number
    readonly throttled: number
  }[]
}

test('the loop finishes its tasks whatever plugins do, and each offender is named', {
  timeout: 90_000,
}, async () => {
  const project = makeProject({ 'tasks.json': twenty, 'loopwork.config.ts': hostile })
  const { code, out } = await project.with({ MY_API_KEY: 'sk-very-secret' }).loopwork('start')
  expect(code).toBe(0)
  expect(out).not.toContain('sk-very-secret')
  expect(out.match(/good: saw task\/tasks\.json\/T-\d+/g)).toHaveLength(20)
  const status: Status = JSON.parse((await project.loopwork('status', '--json')).out)
  expect(status.tasks.counts).toEqual({ completed: 20 })
  const named = Object.fromEntries(status.plugins.map((one) => [one.plugin, one]))
  expect(named).toMatchObject({
    'throws-in-setup': { state: 'off', problem: 'its setup failed: no' },
    'tells-secrets': { problem: 'its setup failed: it is ***MY_API_KEY***' },
    'throws-in-stream': { problem: expect.stringContaining('boo') },
    'throws-in-hook': { problem: expect.stringContaining('hook'), errors: 20 },
    'throws-from-timer': { state: 'off', problem: expect.stringContaining('threw 20 times') },
    rejects: { problem: expect.stringContaining('lost') },
    'never-resolves': { state: 'failing', problem: 'its setup has not ended after 2 s' },
    'hook-never-resolves': { state: 'failing', problem: expect.stringContaining('has not ended after 5 s') },
    blocks: { problem: expect.stringMatching(/held up all plugins for 2\.\d s/) },
    'leaks-timers': { state: 'running', problem: null },
    'asks-nonsense': { refused: 2 },
    exits: { state: 'off', problem: 'wanted to end the process' },
    good: { state: 'running', errors: 0 },
  })
  expect(named.floods?.throttled).toBeGreaterThan(400)
  const { out: shown } = await project.loopwork('status')
  for (const name of ['throws-in-setup', 'blocks', 'exits', 'floods'])
    expect(shown).toContain(`plugin ${name}:`)
  expect(shown).not.toContain('plugin good:')
})

test('a plugin that kills its process is named, and switched off when it goes on', {
  timeout: 90_000,
}, async () => {
  const project = makeProject({
    'tasks.json': backlogOf({ id: 'T-1', title: 'Long' }),
    'loopwork.config.ts': `
import { compose, defineConfig, withJSONBackend, withPlugin } from 'loopwork'
export default compose(
  withPlugin({ name: 'kills', setup() { process.kill(process.pid, 'SIGKILL') } }),
  withPlugin({ name: 'good', setup({ durable, log }) { durable(['task.claimed'], () => { log.info('good heard it'); require('node:fs').writeFileSync('heard', '') }) } }),
  withJSONBackend({ tasksFile: 'tasks.json' }),
)(defineConfig({ cli: 'command', command: { file: 'sh', args: ['-c', 'until [ -e heard ]; do sleep 0.1; done'] } }))
`,
  })
  const { code, out } = await project.loopwork('start')
  expect(code).toBe(0)
  expect(out).toContain('good heard it')
  expect(out.match(/their process ended \(SIGKILL\) while kills had its turn/g)).toHaveLength(3)
  const { plugins }: Status = JSON.parse((await project.loopwork('status', '--json')).out)
  expect(plugins.find(({ plugin }) => plugin === 'kills')).toMatchObject({
    state: 'off',
    problem: 'ended or blocked the process of the plugins 3 times',
  })
})

test('of two plugins with one name the configuration is refused', async () => {
  const project = makeProject({
    'tasks.json': twenty,
    'loopwork.config.ts': `
import { compose, withPlugin } from 'loopwork'
export default compose(withPlugin({ name: 'mine' }), withPlugin({ name: 'mine' }))({})
`,
  })
  const { code, err } = await project.loopwork('start')
  expect(code).toBe(2)
  expect(err).toContain('two plugins have the name mine')
  expect(err).toContain('override: true')
})
