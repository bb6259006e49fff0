import { cpSync, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { pauseOnFailure } from '../../examples/plugins/pause-on-failure.ts'
import { staged } from '../integrations/stage.ts'
import { agentOf, backlogOf, configOf, makeProject } from '../support/project.ts'
import { serve } from '../support/services/service.ts'

const agent = agentOf(
  "let t = ''; process.stdin.on('data', (d) => { t += d }).on('end', () => { console.log('did it'); process.exit(t.includes('Break') ? 1 : 0) })",
)
const settings = `{ cli: 'command', command: { file: ${JSON.stringify(agent[0])}, args: ${JSON.stringify(agent.slice(1))} }, maxRetries: 0, retryDelay: 10 }`
const tasks = backlogOf(
  { id: 'T-1', title: 'Build', metadata: { asanaGid: '123', customField: 'x' } },
  { id: 'T-2', title: 'Break' },
)

test('the published template of a plugin runs unchanged from a configuration', async () => {
  const project = makeProject({
    'tasks.json': tasks,
    'my-plugin.ts': `
import type { LoopworkPlugin, TaskContext, LoopStats } from 'loopwork'

export function createMyPlugin(): LoopworkPlugin {
  return {
    name: 'my-plugin',

    async onConfigLoad(config) {
      console.log('Plugin loaded')
      return config
    },

    async onLoopStart(namespace) {
      console.log(\`Starting loop: \${namespace}\`)
    },

    async onTaskStart(context) {
      console.log(\`Task \${context.task.id} starting\`)
    },

    async onTaskComplete(context, result) {
      console.log(\`Task \${context.task.id} completed in \${result.duration}ms\`)
    },

    async onTaskFailed(context, error) {
      console.error(\`Task \${context.task.id} failed: \${error}\`)
    },

    async onLoopEnd(stats) {
      console.log(\`Loop complete: \${stats.completed} completed, \${stats.failed} failed\`)
    }
  }
}
`,
    'loopwork.config.ts': `
import { compose, defineConfig, withPlugin } from 'loopwork'
import { withJSONBackend } from 'loopwork/backends'
import { createMyPlugin } from './my-plugin'

let maxIterations = 0
const stored = {
  name: 'stored',
  onConfigLoad: (config) => ({ ...config, customField: 'value', maxIterations: 7 }),
  onBackendReady: async (backend) => console.log('Backend is ready:', backend.backendType, (await backend.getTask('T-1')).title),
  onTaskStart: ({ task, iteration, startTime, namespace }) =>
    console.log('heard', task.id, task.title, task.metadata.asanaGid, iteration, namespace, startTime instanceof Date),
  onTaskComplete: (_, { success, output }) => console.log('output', success, output.trim()),
}
const later = { name: 'later', onConfigLoad(config) { maxIterations = config.maxIterations }, onTaskStart: () => console.log('limit', maxIterations) }

export default compose(
  withPlugin(createMyPlugin()),
  withPlugin(stored),
  withPlugin(later),
  withJSONBackend({ tasksFile: 'tasks.json' })
)(defineConfig(${settings}))
`,
  })
  const { out, err, code } = await project.loopwork('start')
  expect({ code, err }).toEqual({ code: 9, err: 'Plugin loaded\n' })
  const lines = out.split('\n')
  const told = (pattern: RegExp) => lines.filter((line) => pattern.test(line))
  expect(told(/^(Starting|Task|Loop complete)/)).toEqual([
    'Starting loop: default',
    'Task T-1 starting',
    expect.stringMatching(/^Task T-1 completed in \d+ms$/),
    'Task T-2 starting',
    expect.stringMatching(/^Task T-2 failed: \S.*/),
    'Loop complete: 1 completed, 1 failed',
  ])
  expect(told(/^(heard|output|limit|Backend)/)).toEqual([
    'Backend is ready: json Build',
    'heard T-1 Build 123 1 default true',
    'limit 7',
    'output true did it',
    'heard T-2 Break undefined 2 default true',
    'limit 7',
  ])
  const order = lines.flatMap((line) => /^(Task T-1 starting|heard T-1|limit)/.exec(line)?.[0] ?? [])
  expect(order.slice(0, 3)).toEqual(['Task T-1 starting', 'heard T-1', 'limit'])
})

test('the examples run from a configuration', async () => {
  const service = await serve(() => ({ status: 200 }))
  const project = makeProject({ 'tasks.json': tasks })
  cpSync('examples/plugins', join(project.folder, 'plugins'), { recursive: true })
  project.write(
    'loopwork.config.ts',
    `
import { compose, defineConfig, withJSONBackend, withPlugin } from 'loopwork'
import { createLoggingPlugin } from './plugins/logging'
import { createMetricsPlugin } from './plugins/metrics'
import { createNotificationPlugin } from './plugins/notification'

export default compose(
  withPlugin(createNotificationPlugin('${service.url}')),
  withPlugin(createLoggingPlugin('log.jsonl')),
  withPlugin(createMetricsPlugin('metrics.prom')),
  withJSONBackend({ tasksFile: 'tasks.json' }),
)(defineConfig(${settings}))
`,
  )
  await project.loopwork('start')
  expect(service.seen.map(({ body }) => body.text)).toEqual([
    expect.stringMatching(/^T-2 Break failed: ./),
    'The loop ended: 1 completed, 1 failed',
  ])
  const logged = project
    .read('log.jsonl')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(logged.map(({ what, task }) => `${task} ${what}`)).toEqual([
    'T-1 started',
    'T-1 completed',
    'T-2 started',
    'T-2 failed',
  ])
  expect(existsSync(join(project.folder, 'metrics.prom'))).toBe(true)
  expect(project.read('metrics.prom')).toMatch(
    /outcome="completed"} 1\n.*outcome="failed"} 1\nloopwork_task_seconds_sum [\d.]+\nloopwork_task_seconds_count 1\n/,
  )
})

test('the example of the guide pauses after as many failures as it is told, and tells of each', async () => {
  const told: string[] = []
  const stage = await staged(pauseOnFailure(2, async (text) => void told.push(text)))
  await stage.work('T-1', { title: 'One', reason: 'no disk' })
  await stage.work('T-2', { title: 'Two' })
  expect(stage.requests).toEqual([])
  await stage.work('T-3', { title: 'Three', reason: 'no net' })
  await stage.settled()
  expect(stage.requests).toEqual([{ type: 'pause', reason: '2 tasks failed: no net' }])
  expect(told).toEqual(['One: no disk', 'Three: no net'])
})

test('a function from facts to requests, and a package, are plugins', async () => {
  const project = makeProject({
    'tasks.json': tasks,
    'node_modules/loopwork-plugin-hello/package.json':
      '{"name":"loopwork-plugin-hello","type":"module","exports":"./index.js"}',
    'node_modules/loopwork-plugin-hello/index.js': `export default () => ({ name: 'hello', setup({ events$, log }) { events$.subscribe(({ event }) => event.type === 'loop.started' && log.info('hello from a package')) } })`,
    'loopwork.config.ts': `
import { compose, defineConfig, ofType, withJSONBackend, withPlugin } from 'loopwork'
import { map } from '${join(process.cwd(), 'node_modules/rxjs/dist/esm/operators/index.js')}'

function holdAtStart(events$) {
  return events$.pipe(ofType('loop.started'), map(() => ({ type: 'hold', until: '2026-01-01T00:00:00Z', reason: 'not yet' })))
}
export default compose(
  withPlugin(holdAtStart),
  withJSONBackend({ tasksFile: 'tasks.json' }),
)(defineConfig({ ...${settings}, plugins: ['loopwork-plugin-hello'] }))
`,
  })
  const { out } = await project.loopwork('start')
  expect(out).toContain('hello: hello from a package')
  const events = (await project.loopwork('log', '--by', 'plugin', '--json')).out.trim().split('\n')
  expect(events.map((line) => JSON.parse(line).event.type)).toEqual(['loop.held'])
})

test('a package that is not there is named, with what to do', async () => {
  const project = makeProject({
    'tasks.json': tasks,
    'loopwork.config.json': configOf(['true'], { plugins: ['@acme/loopwork-hello'] }),
  })
  const { code, err } = await project.loopwork('start')
  expect(code).toBe(2)
  const said =
    "error: the plugin @acme/loopwork-hello could not be loaded: Cannot find module '@acme/loopwork-hello'"
  expect(err).toBe(`${said}\nhint:  Is it installed? npm install @acme/loopwork-hello\n`)
})

test('the guide shows the example as it is, and it is about twenty lines', () => {
  const example = readFileSync('examples/plugins/pause-on-failure.ts', 'utf8')
  expect(readFileSync('docs/plugins.md', 'utf8')).toContain(`\`\`\`ts\n${example}\`\`\`\n`)
  expect(example.trim().split('\n').length).toBeLessThanOrEqual(22)
})
