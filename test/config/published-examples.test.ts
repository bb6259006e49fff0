import { expect, test } from 'vitest'
import { pluginsIn } from '../../src/config/settings.ts'
import { load } from './project.ts'

test('the short example with the old layout', async () => {
  const { config, warnings } = await load(`
import { defineConfig, compose, withTelegram, withCostTracking } from './src/loopwork-config-types'
import { withJSONBackend } from './src/backend-plugin'

export default compose(
  withJSONBackend({ tasksFile: '.specs/tasks/tasks.json' }),
  withCostTracking({ dailyBudget: 10.00 }),
)(defineConfig({
  cli: 'claude',
  maxIterations: 50,
}))
`)
  expect(warnings).toEqual([])
  expect(config).toEqual({
    cli: 'claude',
    maxIterations: 50,
    plugins: [],
    backend: { type: 'json', tasksFile: '.specs/tasks/tasks.json' },
    costTracking: { enabled: true, dailyBudget: 10 },
  })
})

test('the long example with every integration and nothing in the environment', async () => {
  const { config, warnings } = await load(`
import {
  defineConfig,
  compose,
  withTelegram,
  withDiscord,
  withAsana,
  withEverhour,
  withTodoist,
  withCostTracking,
} from './src/loopwork-config-types'
import { withJSONBackend, withGitHubBackend } from './src/backend-plugin'

export default compose(
  withJSONBackend({ tasksFile: '.specs/tasks/tasks.json' }),
  withTelegram({
    botToken: process.env.TELEGRAM_BOT_TOKEN_THAT_IS_NOT_SET,
    chatId: process.env.TELEGRAM_CHAT_ID_THAT_IS_NOT_SET,
    notifyOnStart: true,
    notifyOnComplete: true,
    notifyOnFail: true,
  }),
  withDiscord({ webhookUrl: undefined, mentionOnFail: '<@123456789>' }),
  withAsana({ accessToken: undefined, workspaceId: undefined, projectId: undefined, syncComments: true }),
  withTodoist({ apiToken: undefined, projectId: undefined }),
  withEverhour({ apiKey: undefined, dailyLimit: 8 }),
  withCostTracking({ dailyBudget: 10.00, alertThreshold: 0.8 }),
)(defineConfig({
  cli: 'claude',
  model: 'claude-sonnet-4-20250514',
  maxIterations: 50,
  taskTimeout: 600,
  nonInteractive: true,
}))
`)
  expect(warnings).toEqual([])
  expect(config).toMatchObject({
    cli: 'claude',
    model: 'claude-sonnet-4-20250514',
    timeout: 600,
    autoConfirm: true,
    telegram: { notifyOnStart: true },
    discord: { mentionOnFail: '<@123456789>' },
    everhour: { dailyLimit: 8 },
    asana: { syncComments: true },
    costTracking: { alertThreshold: 0.8 },
  })
})

test('the example with plugins keeps them, in their order', async () => {
  const { config, warnings } = await load(`
import { compose, defineConfig, withPlugin } from 'loopwork'
import { withJSONBackend } from 'loopwork/backends'
import type { LoopworkPlugin, TaskContext, LoopStats } from 'loopwork'

export function createMyPlugin(name: string): LoopworkPlugin {
  return {
    name,
    async onConfigLoad(config) { return config },
    async onTaskStart(context: TaskContext) { console.log(context.task.id) },
    async onLoopEnd(stats: LoopStats) { console.log(stats.completed) },
  }
}
const myPlugin = createMyPlugin('mine')
const anotherPlugin = createMyPlugin('another')

export default compose(
  withPlugin(myPlugin),
  withPlugin(anotherPlugin),
  withJSONBackend({ tasksFile: '.specs/tasks/tasks.json' })
)(defineConfig({
  cli: 'claude',
  maxIterations: 50
}))
`)
  expect(warnings).toEqual([])
  expect(pluginsIn(config).map(({ name }) => name)).toEqual(['mine', 'another'])
  expect(typeof pluginsIn(config)[0]?.onLoopEnd).toBe('function')
})

test('the example with Claude Code, which forgets to import compose', async () => {
  const { config, warnings } = await load(`
import { defineConfig, withClaudeCode } from 'loopwork'
import { withJSONBackend } from 'loopwork/backends'

export default compose(
  withJSONBackend(),
  withClaudeCode(), // Auto-detects and sets up
)(defineConfig({ cli: 'claude' }))
`)
  expect(pluginsIn(config).map(({ name }) => name)).toEqual(['claude-code'])
  expect(config.claudeCode).toEqual({})
  expect(warnings).toEqual([
    "loopwork.config.ts: compose is used but not imported; add it to the import from 'loopwork'.",
  ])
})

test('the backends of the examples', async () => {
  const { config } = await load(`
import { withJSONBackend, withGitHubBackend } from './src/backend-plugin'
const json = withJSONBackend({ tasksFile: '.specs/tasks/tasks.json', prdDirectory: '.specs/prds' })
const github = withGitHubBackend({
  repo: 'owner/repo',
  labels: { task: 'loopwork-task', pending: 'loopwork:pending' },
})
export default { ...json({}), github: github({}).backend }
`)
  expect(config.backend).toEqual({
    type: 'json',
    tasksFile: '.specs/tasks/tasks.json',
    tasksDir: '.specs/prds',
  })
  expect(Reflect.get(config, 'github')).toEqual({
    type: 'github',
    repo: 'owner/repo',
    labels: { task: 'loopwork-task', pending: 'loopwork:pending' },
  })
})

test.each(['@loopwork-ai/loopwork', '@loopwork-ai/telegram', '@loopwork-ai/cost-tracking'])(
  'an import from %s is met by the library',
  async (name) => {
    const { config } = await load(
      `import { withCostTracking } from '${name}'\nexport default withCostTracking({ dailyBudget: 1 })({})`,
    )
    expect(config.costTracking?.dailyBudget).toBe(1)
  },
)
