import { describe, expect, test } from 'vitest'
import { pluginsIn } from '../../src/config/settings.ts'
import {
  compose,
  createModel,
  defineConfig,
  defineConfigAsync,
  type LoopworkConfig,
  ModelPresets,
  RetryPresets,
  withAIMonitor,
  withClaudeCode,
  withCli,
  withCliPaths,
  withIPC,
  withJSONBackend,
  withModels,
  withPlugin,
  withRetry,
  withSelectionStrategy,
  withVerify,
} from '../../src/index.ts'

test('defineConfig gives what it is given, and a list of plugins', () => {
  const given: LoopworkConfig = { cli: 'codex' }
  expect(defineConfig(given)).toEqual({ cli: 'codex', plugins: [] })
  expect(given).toEqual({ cli: 'codex' })
  expect(defineConfig()).toEqual({ plugins: [] })
})

test('defineConfigAsync waits until it is called', async () => {
  let calls = 0
  const make = defineConfigAsync(async () => ({ maxIterations: ++calls }))
  expect(calls).toBe(0)
  expect(await make()).toEqual({ maxIterations: 1, plugins: [] })
})

test('compose goes from left to right', () => {
  const mark = (letter: string) => (config: LoopworkConfig) => ({
    ...config,
    feature: `${config.feature ?? ''}${letter}`,
  })
  expect(compose(mark('a'), mark('b'), mark('c'))({}).feature).toBe('abc')
  expect(compose()({ feature: 'x' })).toEqual({ feature: 'x' })
})

test('a plugin that says so takes the place of the earlier one of its name', () => {
  const first = { name: 'a' }
  const second = { name: 'b' }
  const third = { name: 'a', override: true }
  const { plugins } = compose(withPlugin(first), withPlugin(second), withPlugin(third))({})
  expect(plugins).toHaveLength(2)
  expect(plugins?.[0]).toBe(third)
  expect(plugins?.[1]).toBe(second)
})

test('wrappers for agents add to each other', () => {
  const { cliConfig, verify } = compose(
    withCli({ sigkillDelayMs: 1, retry: { baseDelayMs: 1 } }),
    withModels({ models: [{ cli: 'claude' }], fallbackModels: [{ cli: 'codex' }], strategy: 'priority' }),
    withRetry({ maxDelayMs: 2 }),
    withCliPaths({ claude: '/a' }),
    withCliPaths({ codex: '/b' }),
    withSelectionStrategy('random'),
    withVerify('npm test'),
  )({})
  expect(verify).toBe('npm test')
  expect(cliConfig).toEqual({
    sigkillDelayMs: 1,
    retry: { baseDelayMs: 1, maxDelayMs: 2 },
    models: [{ cli: 'claude' }],
    fallbackModels: [{ cli: 'codex' }],
    selectionStrategy: 'random',
    cliPaths: { claude: '/a', codex: '/b' },
  })
})

describe.each([
  ['claude-code', withClaudeCode, 'claudeCode'],
  ['ai-monitor', withAIMonitor, 'aiMonitor'],
  ['ipc-emitter', withIPC, 'ipc'],
] as const)('%s', (name, make, key) => {
  test('is a wrapper', () => {
    const made = compose(withJSONBackend(), make({ enabled: false }))({})
    expect(made[key]).toEqual({ enabled: false })
    expect(pluginsIn(made).map((plugin) => plugin.name)).toEqual([name])
  })

  test('is a plugin', () => {
    const plugin = make({ enabled: false })
    expect(plugin.name).toBe(name)
    expect(plugin.options).toEqual({ enabled: false })
    expect(withPlugin(plugin)({}).plugins?.[0]).toBe(plugin)
    expect(compose(withPlugin(plugin), plugin)({}).plugins).toHaveLength(1)
  })
})

test('models have a weight and are enabled unless somebody says otherwise', () => {
  expect(createModel({ cli: 'codex' })).toEqual({ cli: 'codex', costWeight: 50, enabled: true })
  expect(createModel({ cli: 'codex', enabled: false }).enabled).toBe(false)
})

test.each([
  ['claudeSonnet', 'claude', 300, 30],
  ['claudeOpus', 'claude', 900, 100],
  ['claudeHaiku', 'claude', 120, 10],
  ['geminiFlash', 'opencode', 180, 15],
  ['geminiPro', 'opencode', 600, 60],
] as const)('the preset %s', (preset, cli, timeout, costWeight) => {
  expect(ModelPresets[preset]()).toMatchObject({ cli, timeout, costWeight, enabled: true })
  expect(ModelPresets[preset]({ timeout: 1 }).timeout).toBe(1)
})

test('retry presets wait longer from aggressive over default to gentle', () => {
  const waits = [RetryPresets.aggressive(), RetryPresets.default(), RetryPresets.gentle()].map(
    ({ baseDelayMs = 0 }) => baseDelayMs,
  )
  expect(waits).toEqual([...waits].sort((a, b) => a - b))
  expect(new Set(waits).size).toBe(3)
  expect(RetryPresets.gentle({ baseDelayMs: 7 }).baseDelayMs).toBe(7)
})
