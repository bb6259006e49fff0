import { describe, expect, test } from 'vitest'
import { checkConfig } from '../../src/config/check.ts'
import { asFailure } from '../../src/errors.ts'

const file = 'loopwork.config.ts'

function refused(candidate: unknown): string {
  try {
    checkConfig(candidate, file)
  } catch (thrown) {
    const failure = asFailure(thrown)
    expect([failure.code, failure.hint]).toEqual(['invalid', 'Correct loopwork.config.ts, then try again.'])
    return failure.message
  }
  throw new Error('it was accepted')
}

const seconds = 'a number of seconds above 0 and up to 2147483'

test.each([
  [{ maxIterations: 'fifty' }, 'maxIterations must be a whole number from 1, found "fifty"'],
  [{ maxIterations: 0 }, 'maxIterations must be a whole number from 1, found 0'],
  [{ maxIterations: 1.5 }, 'maxIterations must be a whole number from 1, found 1.5'],
  [{ timeout: -1 }, `timeout must be ${seconds}, found -1`],
  [{ taskTimeout: '600' }, `taskTimeout must be ${seconds}, found "600"`],
  [{ timeout: 3_000_000 }, `timeout must be ${seconds}, found 3000000`],
  [{ cli: '' }, 'cli must be text that is not empty, found ""'],
  [{ cli: 7 }, 'cli must be text, found 7'],
  [{ nonInteractive: 'yes' }, 'nonInteractive must be true or false, found "yes"'],
  [
    { logLevel: 'loud' },
    'logLevel must be "trace" or "debug" or "info" or "warn" or "error" or "silent", found "loud"',
  ],
  [{ maxRetries: -1 }, 'maxRetries must be a whole number from 0, found -1'],
  [{ circuitBreakerThreshold: 0 }, 'circuitBreakerThreshold must be a whole number from 1, found 0'],
  [
    { backend: { type: 'jsn' } },
    'backend.type must be "json" or "github" or "markdown" or "custom", found "jsn"',
  ],
  [{ backend: { repo: 'nobody' } }, 'backend.repo must be owner/name, found "nobody"'],
  [{ backend: 'json' }, 'backend must be an object, found "json"'],
  [{ backend: { token: 5 } }, 'backend.token must be text, found a number'],
  [{ cliConfig: { models: [{ model: 'opus' }] } }, 'cliConfig.models[0].cli is missing; it must be text'],
  [
    { cliConfig: { models: [{ cli: 'claude', timeout: '5' }] } },
    `cliConfig.models[0].timeout must be ${seconds}, found "5"`,
  ],
  [
    { cliConfig: { selectionStrategy: 'best' } },
    'cliConfig.selectionStrategy must be "round-robin" or "priority" or "cost-aware" or "random", found "best"',
  ],
  [
    { costTracking: { dailyBudget: 0 } },
    'costTracking.dailyBudget must be a number of dollars above 0, found 0',
  ],
  [
    { costTracking: { alertThreshold: 80 } },
    'costTracking.alertThreshold must be a number from 0 to 1, found 80',
  ],
  [
    { costTracking: { prices: { opus: { inputPer1M: 1 } } } },
    'costTracking.prices.opus.outputPer1M is missing; it must be a number of dollars from 0',
  ],
  [
    { plugins: [{}] },
    'plugins[0] must be a plugin: an object or a function with a name, or the name of a package, found an object',
  ],
  [
    { plugins: [() => ({})] },
    'plugins[0] must be a plugin: an object or a function with a name, or the name of a package, found a function',
  ],
  [{ telegram: true }, 'telegram must be an object, found true'],
  [{ telegram: { botToken: 12 } }, 'telegram.botToken must be text, found a number'],
  [{ telegram: { chatId: true } }, 'telegram.chatId must be a chat: text or a number, found true'],
  [{ slack: { notifyOnFail: 'yes' } }, 'slack.notifyOnFail must be true or false, found "yes"'],
  [
    { discord: { webhookUrl: 'discord.com/api/webhooks/1/x' } },
    'discord.webhookUrl must be an address that begins with http:// or https://, found a string',
  ],
  [
    { asana: { apiUrl: 'https:///x' } },
    'asana.apiUrl must be an address that begins with http:// or https://, found "https:///x"',
  ],
  [
    { webhook: { url: 'https://a.example', secret: 'my pass phrase, which is long enough' } },
    'webhook.secret must be whsec_ and at least 24 bytes in base64, found a string',
  ],
  [
    { webhook: { url: 'https://a.example', secret: ['whsec_eA=='] } },
    'webhook.secret[0] must be whsec_ and at least 24 bytes in base64, found a string',
  ],
  [
    { everhour: { dailyLimit: '8' } },
    'everhour.dailyLimit must be a number of hours from 0 to 24, found "8"',
  ],
  [{ openTelemetry: { headers: { key: 5 } } }, 'openTelemetry.headers.key must be text, found a number'],
  [{ ipc: { filter: 'task_start' } }, 'ipc.filter must be a function, found "task_start"'],
  [{ verify: [] }, 'verify must be a command line or a list of words, not empty, found a list'],
  [{ parallel: 'two' }, 'parallel must be a whole number from 1, true or false, found "two"'],
  [
    { defaultPriority: 9 },
    'defaultPriority must be a whole number from 1 to 5, or "high", "medium", "low" or "background", found 9',
  ],
  [7, 'the configuration must be an object, found 7'],
])('%j is refused', (candidate, problem) => {
  expect(refused(candidate)).toBe(`${file}: ${problem}`)
})

test.each([
  [{ namespace: '../up' }, /namespace must be up to 64 letters, .*, found "\.\.\/up"$/],
  [{ command: { fil: 'x' } }, /command must be a command line, a list of words, or .*, found an object$/],
  [{ agents: { 'no good': 'x' } }, /agents\.no good is a name that cannot be used/],
])('%j is refused with the rule', (candidate, problem) => {
  expect(refused(candidate)).toMatch(problem)
})

test('all that is wrong is told at once', () => {
  expect(refused({ maxIterations: 0, cli: 1 }).split('\n')).toEqual([
    'loopwork.config.ts: 2 values cannot be used',
    '  cli must be text, found 1',
    '  maxIterations must be a whole number from 1, found 0',
  ])
})

test('two plugins of one name are refused, those that come with the program included', () => {
  for (const [name, candidate] of [
    ['a', { plugins: [{ name: 'a' }, { name: 'b' }, { name: 'a' }] }],
    ['telegram', { telegram: {}, plugins: [{ name: 'telegram' }] }],
  ] as const)
    expect(() => checkConfig(candidate, file)).toThrow(`two plugins have the name ${name}`)
  expect(() => checkConfig({ plugins: [{ name: 'telegram' }] }, file)).not.toThrow()
})

test('unknown keys are kept, and the nearest known one is named', () => {
  const { config, warnings } = checkConfig({ maxIteration: 3, invoices: 'x' }, file)
  expect(config).toEqual({ maxIteration: 3, invoices: 'x' })
  expect(warnings).toEqual([
    'loopwork.config.ts: loopwork does not know the key maxIteration; did you mean maxIterations?',
    'loopwork.config.ts: loopwork does not know the key invoices; it is only kept.',
  ])
})

test('options that are unknown, or empty for want of a variable, are kept', () => {
  const given = {
    discord: { webhokUrl: 'https://a.example', colour: 'red', webhookUrl: '' },
    costTracking: { dailyBugdet: 5 },
    telegram: { botToken: '', chatId: -100123 },
  }
  const { config, warnings } = checkConfig(given, file)
  expect(config).toEqual(given)
  expect(warnings).toEqual([
    'loopwork.config.ts: loopwork does not know the key discord.webhokUrl; did you mean discord.webhookUrl?',
    'loopwork.config.ts: loopwork does not know the key discord.colour; it is only kept.',
    'loopwork.config.ts: loopwork does not know the key costTracking.dailyBugdet; did you mean costTracking.dailyBudget?',
  ])
})

test('a plugin whose call is no function is refused, and a misspelt hook is named', () => {
  const refusal = 'setup of the plugin a must be a function'
  expect(() => checkConfig({ plugins: [{ name: 'a', setup: 5 }] }, file)).toThrow(refusal)
  const own = { name: 'a', onTaskStrat: () => undefined, onTaskFailed: () => undefined, count: () => 0 }
  expect(checkConfig({ plugins: [own] }, file).warnings).toEqual([
    'loopwork.config.ts: the plugin a has a onTaskStrat, which is never called; did you mean onTaskStart?',
  ])
})

test('a plugin cannot take the name that all hooks are kept account of under', () => {
  expect(() => checkConfig({ plugins: [{ name: 'hooks' }] }, file)).toThrow('hooks, which is taken')
})

describe('keys with two names', () => {
  test('mean the same', () => {
    const { config, warnings } = checkConfig(
      { taskTimeout: 60, nonInteractive: true, backend: { prdDirectory: 'prds' } },
      file,
    )
    expect(config).toEqual({ timeout: 60, autoConfirm: true, backend: { tasksDir: 'prds' } })
    expect(warnings).toEqual([])
  })

  test('that differ are settled, with a warning', () => {
    const { config, warnings } = checkConfig({ timeout: 10, taskTimeout: 60 }, file)
    expect(config).toEqual({ timeout: 10 })
    expect(warnings).toEqual([
      'loopwork.config.ts: timeout and taskTimeout mean the same but differ; timeout counts.',
    ])
  })
})

test('plugins and options stay the very same things', () => {
  const plugin = new (class {
    readonly name = 'mine'
  })()
  const telegram = { botToken: undefined, own: Symbol('own') }
  const { config } = checkConfig({ plugins: [plugin], telegram }, file)
  expect(config.plugins?.[0]).toBe(plugin)
  expect(config.telegram).toStrictEqual(telegram)
})
