import { describe, expect, test } from 'vitest'
import type { LoopworkConfig } from '../../src/config/loopwork-config.ts'
import type { DynamicTasksOptions } from '../../src/config/plugin-options.ts'
import { resolveSettings } from '../../src/config/settings.ts'
import type { Flags } from '../../src/config/sources.ts'
import { asFailure } from '../../src/errors.ts'

type Given = { flags?: Flags; env?: Record<string, string>; config?: LoopworkConfig }

const settings = ({ flags = {}, env = {}, config = {} }: Given = {}) =>
  resolveSettings({ flags, env, config, projectRoot: '/project', cwd: '/project/sub' })

function refused(given: Given): string {
  try {
    settings(given)
  } catch (thrown) {
    const { code, message, hint } = asFailure(thrown)
    expect(code).toBe('invalid')
    expect(hint).toBeTruthy()
    return message
  }
  throw new Error('it was accepted')
}

test('with nothing said, the defaults', () => {
  expect(settings()).toEqual({
    namespace: 'default',
    backend: { kind: 'json', tasksFile: '/project/.specs/tasks/tasks.json', tasksDir: null },
    stateDir: '/project/.loopwork-state',
    feature: null,
    startFrom: null,
    maxIterations: 50,
    timeoutMs: 600_000,
    cli: 'claude',
    model: null,
    pool: [
      {
        agent: 'claude',
        model: null,
        timeoutMs: 600_000,
        args: [],
        env: {},
        costWeight: 50,
        isFallback: false,
        displayName: null,
      },
    ],
    strategy: 'round-robin',
    cliPaths: {},
    command: null,
    agents: {},
    retry: {
      maxTries: 4,
      baseDelayMs: 3_000,
      maxDelayMs: 600_000,
      exponential: true,
      maxTroubles: 10,
      unknownLimitMs: 300_000,
    },
    taskDelayMs: 0,
    circuitBreaker: 5,
    verify: null,
    budget: { dailyUsd: null, alertThreshold: 0.8 },
    prices: { table: {}, defaultModel: null },
    maxOutputBytes: 268_435_456,
    graceMs: 5_000,
    leaseMs: 30_000,
    logLevel: 'info',
    secrets: [],
    retention: { maxAgeMs: 30 * 86_400_000, maxSessions: 100, maxBytes: 2 ** 31 },
    autoConfirm: false,
    dryRun: false,
    debug: false,
    parallel: 1,
    failureMode: 'continue',
    plugins: [],
    integrations: [],
    defaultPriority: 'medium',
    triesPerModel: 1,
    followUps: null,
    dashboard: null,
    growth: { isAllowed: true, perAttempt: 10, depth: 3, open: 500 },
  })
})

describe('flag before environment before configuration', () => {
  const cases: [string, Flags, Record<string, string>, LoopworkConfig, [unknown, unknown, unknown]][] = [
    ['namespace', { namespace: 'f' }, { LOOPWORK_NAMESPACE: 'e' }, { namespace: 'c' }, ['f', 'e', 'c']],
    ['debug', { debug: false }, { LOOPWORK_DEBUG: 'true' }, { debug: false }, [false, true, false]],
    [
      'autoConfirm',
      { yes: true },
      { LOOPWORK_NON_INTERACTIVE: 'false' },
      { autoConfirm: true },
      [true, false, true],
    ],
    [
      'backend',
      { tasksFile: 'f.json' },
      { LOOPWORK_TASKS_FILE: 'e.json' },
      { backend: { type: 'json', tasksFile: 'c.json', tasksDir: 'prds' } },
      [
        { kind: 'json', tasksFile: '/project/sub/f.json', tasksDir: '/project/prds' },
        { kind: 'json', tasksFile: '/project/e.json', tasksDir: '/project/prds' },
        { kind: 'json', tasksFile: '/project/c.json', tasksDir: '/project/prds' },
      ],
    ],
    ['maxIterations', { maxIterations: '3' }, {}, { maxIterations: 5 }, [3, 5, 5]],
    ['timeoutMs', { timeout: 0.5 }, {}, { timeout: 7 }, [500, 7_000, 7_000]],
    ['feature', { feature: 'f' }, {}, { feature: 'c' }, ['f', 'c', 'c']],
    ['dryRun', { dryRun: true }, {}, { dryRun: false }, [true, false, false]],
    ['parallel', { parallel: '4' }, {}, { parallel: 3 }, [4, 3, 3]],
  ]
  test.each(cases)('%s', (key, flags, env, config, [byFlag, byEnv, byConfig]) => {
    expect(Reflect.get(settings({ flags, env, config }), key)).toEqual(byFlag)
    expect(Reflect.get(settings({ env, config }), key)).toEqual(byEnv)
    expect(Reflect.get(settings({ config }), key)).toEqual(byConfig)
  })

  test('an empty variable says nothing', () => {
    expect(settings({ env: { LOOPWORK_NAMESPACE: '', LOOPWORK_DEBUG: '' } }).namespace).toBe('default')
  })
})

describe('the backlog', () => {
  const kind = (given: Given) => settings(given).backend.kind
  test('is of the kind that was named last', () => {
    expect(kind({ env: { LOOPWORK_BACKEND: 'github' } })).toBe('github')
    expect(kind({ flags: { backend: 'json' }, env: { LOOPWORK_BACKEND: 'github' } })).toBe('json')
    expect(kind({ config: { backend: { type: 'github' } } })).toBe('github')
  })

  test('is of the kind that a flag speaks of', () => {
    expect(kind({ flags: { repo: 'a/b' }, config: { backend: { type: 'json' } } })).toBe('github')
    expect(kind({ flags: { tasksFile: 'x' }, env: { LOOPWORK_BACKEND: 'github' } })).toBe('json')
  })

  test('follows the variables only where nobody named a kind', () => {
    const env = { LOOPWORK_REPO: 'a/b' }
    expect(kind({ env })).toBe('github')
    expect(kind({ env, config: { backend: { type: 'json' } } })).toBe('json')
    expect(kind({ env: { GITHUB_REPOSITORY: 'a/b' } })).toBe('json')
  })

  test('finds its repository in flag, variable, configuration, and at last GITHUB_REPOSITORY', () => {
    const config: LoopworkConfig = { backend: { type: 'github', repo: 'c/c' } }
    const env = { LOOPWORK_REPO: 'e/e', GITHUB_REPOSITORY: 'g/g' }
    const repo = (given: Given) => Reflect.get(settings(given).backend, 'repo')
    expect(repo({ flags: { repo: 'f/f' }, env, config })).toBe('f/f')
    expect(repo({ env, config })).toBe('e/e')
    expect(repo({ env: { GITHUB_REPOSITORY: 'g/g' }, config })).toBe('c/c')
    expect(repo({ env: { GITHUB_REPOSITORY: 'g/g' }, config: { backend: { type: 'github' } } })).toBe('g/g')
    expect(repo({ config: { backend: { type: 'github' } } })).toBeNull()
  })
})

describe('the pool', () => {
  const models: LoopworkConfig = {
    cliConfig: {
      models: [
        { name: 'big', cli: 'claude', model: 'opus', timeout: 900, args: ['--x'], costWeight: 100 },
        { cli: 'opencode', model: 'g/pro', enabled: false },
        { cli: 'codex' },
      ],
      fallbackModels: [{ cli: 'gemini', model: 'flash', env: { A: 'b' } }],
    },
  }
  const pairs = (given: Given) =>
    settings(given).pool.map(({ agent, model, isFallback }) => [agent, model, isFallback])

  test('is what the configuration lists, without what it disabled', () => {
    expect(pairs({ config: { ...models, cli: 'opencode' } })).toEqual([
      ['claude', 'opus', false],
      ['codex', null, false],
      ['gemini', 'flash', true],
    ])
  })

  test('is else what cli and model say, before the fallbacks', () => {
    const config = { cli: 'codex', model: 'm', cliConfig: { fallbackModels: [{ cli: 'claude' }] } }
    expect(pairs({ config })).toEqual([
      ['codex', 'm', false],
      ['claude', null, true],
    ])
  })

  test('is exactly what a flag chooses', () => {
    expect(pairs({ flags: { cli: 'opencode' }, config: models })).toEqual([['opencode', null, false]])
    expect(pairs({ flags: { cli: 'opencode', model: 'a/b' }, config: models })).toEqual([
      ['opencode', 'a/b', false],
    ])
    expect(pairs({ flags: { model: 'sonnet' }, config: { cli: 'codex', model: 'm' } })).toEqual([
      ['codex', 'sonnet', false],
    ])
    expect(pairs({ flags: { cli: 'gemini' }, config: { cli: 'claude', model: 'opus' } })).toEqual([
      ['gemini', null, false],
    ])
  })

  test('keeps the terms that the configuration has for what a flag chooses', () => {
    const [entry] = settings({ flags: { model: 'flash' }, config: models }).pool
    expect(entry).toMatchObject({ agent: 'gemini', model: 'flash', env: { A: 'b' }, isFallback: false })
  })

  test('takes its time limits from the flag, the model, the configuration', () => {
    const limits = (given: Given) => settings(given).pool.map(({ timeoutMs }) => timeoutMs)
    expect(limits({ config: { ...models, timeout: 60 } })).toEqual([900_000, 60_000, 60_000])
    expect(limits({ flags: { timeout: 5 }, config: models })).toEqual([5_000, 5_000, 5_000])
  })

  test('a program with a path is found from any folder, as the path is relative to the project', () => {
    const { command, agents } = settings({
      config: {
        command: './agent.sh --fast',
        agents: { mine: { file: 'tools/mine' }, theirs: '/opt/theirs' },
      },
    })
    expect(command?.file).toBe('/project/agent.sh')
    expect([agents.mine?.file, agents.theirs?.file]).toEqual(['/project/tools/mine', '/opt/theirs'])
  })

  test('may hold programs of the user', () => {
    const config: LoopworkConfig = {
      cli: 'mine',
      agents: { mine: "node 'my agent.js' --fast" },
      command: { file: 'sh', prompt: 'argument' },
    }
    expect(settings({ config })).toMatchObject({
      cli: 'mine',
      agents: { mine: { file: 'node', args: ['my agent.js', '--fast'], prompt: 'stdin' } },
      command: { file: 'sh', args: [], prompt: 'argument' },
    })
    expect(settings({ config, flags: { cli: 'command' } }).cli).toBe('command')
  })

  test('is refused when all of it is disabled', () => {
    const config = { cliConfig: { models: [{ cli: 'claude', enabled: false }] } }
    expect(refused({ config })).toBe('cliConfig.models: every model has enabled: false')
  })
})

test('everything else of the configuration counts', () => {
  const config: LoopworkConfig = {
    maxRetries: 0,
    retryDelay: 10,
    taskDelay: 20,
    circuitBreakerThreshold: 2,
    maxOutputBytes: 100,
    verify: { command: 'npm run "the tests"', timeout: 5 },
    costTracking: {
      dailyBudget: 3,
      alertThreshold: 0.5,
      prices: { x: { inputPer1M: 1, outputPer1M: 2 } },
      defaultModel: 'x',
    },
    cliConfig: {
      sigkillDelayMs: 1,
      selectionStrategy: 'random',
      cliPaths: { claude: 'bin/claude', opencode: '~/oc', gemini: 'gem' },
      retry: { exponentialBackoff: false, maxDelayMs: 30, baseDelayMs: 99, rateLimitWaitMs: 40 },
    },
  }
  expect(
    settings({
      config,
      env: { HOME: '/home/me', LOOPWORK_STATE_DIR: 'state', LOOPWORK_CODEX_PATH: '/bin/cx' },
    }),
  ).toMatchObject({
    stateDir: '/project/state',
    retry: { maxTries: 1, baseDelayMs: 10, maxDelayMs: 30, exponential: false, unknownLimitMs: 40 },
    taskDelayMs: 20,
    circuitBreaker: 2,
    maxOutputBytes: 100,
    verify: { command: ['npm', 'run', 'the tests'], timeoutMs: 5_000 },
    budget: { dailyUsd: 3, alertThreshold: 0.5 },
    prices: { table: { x: { inputPer1M: 1 } }, defaultModel: 'x' },
    graceMs: 1,
    strategy: 'random',
    cliPaths: { claude: '/project/bin/claude', opencode: '/home/me/oc', gemini: 'gem', codex: '/bin/cx' },
  })
  expect(
    settings({ config: { costTracking: { enabled: false, dailyBudget: 3 } } }).budget.dailyUsd,
  ).toBeNull()
})

test('the first task may be named in two ways', () => {
  expect(settings({ flags: { task: 'A' } }).startFrom).toBe('A')
  expect(settings({ flags: { start: 'B' } }).startFrom).toBe('B')
})

test.each<[Flags, number]>([
  [{ parallel: true }, 2],
  [{ parallel: false }, 1],
  [{ parallel: 3, sequential: true }, 1],
])('%j means %i at a time', (flags, parallel) => {
  expect(settings({ flags, config: { parallel: 7 } }).parallel).toBe(parallel)
})

test.each<[Given, string]>([
  [{ flags: { maxIterations: 'ten' } }, '--max-iterations must be a whole number from 1, found "ten"'],
  [{ flags: { maxIterations: Number.NaN } }, '--max-iterations must be a whole number from 1, found NaN'],
  [{ flags: { maxIterations: '' } }, '--max-iterations must be a whole number from 1, found ""'],
  [{ flags: { timeout: 0 } }, '--timeout must be a number of seconds above 0 and up to 2147483, found 0'],
  [
    { flags: { backend: 'jira' } },
    '--backend must be "json" or "github" or "markdown" or "custom", found "jira"',
  ],
  [{ flags: { repo: 'x' } }, '--repo must be owner/name, found "x"'],
  [{ flags: { feature: '' } }, '--feature must be text that is not empty, found ""'],
  [
    { env: { LOOPWORK_BACKEND: 'x' } },
    'LOOPWORK_BACKEND must be "json" or "github" or "markdown" or "custom", found "x"',
  ],
  [{ env: { LOOPWORK_DEBUG: 'maybe' } }, 'LOOPWORK_DEBUG must be true or false, found "maybe"'],
  [{ env: { LOOPWORK_NON_INTERACTIVE: '2' } }, 'LOOPWORK_NON_INTERACTIVE must be true or false, found "2"'],
  [
    { flags: { namespace: '../x' } },
    '--namespace must be up to 64 letters, digits, dots, dashes and underscores, the first a letter or a digit, found "../x"',
  ],
  [
    { flags: { cli: 'cluade' } },
    '--cli must be "claude" or "opencode" or "gemini" or "codex", found "cluade"',
  ],
  [
    { config: { cli: 'command' } },
    'cli must be "claude" or "opencode" or "gemini" or "codex", found "command"',
  ],
  [
    { config: { cliConfig: { models: [{ cli: 'kimi' }] }, agents: { mine: 'x' } } },
    'cliConfig.models[0].cli must be "claude" or "opencode" or "gemini" or "codex" or "mine", found "kimi"',
  ],
  [
    { config: { verify: 'npm test && npm run lint' } },
    'verify is started without a shell, which "&&" would need, found "npm test && npm run lint"',
  ],
  [{ config: { verify: '  ' } }, 'verify must be a command line, found "  "'],
])('%j is refused', (given, message) => {
  expect(refused(given)).toBe(message)
})

test('a mistyped agent is named as it was meant', () => {
  expect(() => settings({ flags: { cli: 'cluade' } })).toThrow(
    expect.objectContaining({ hint: expect.stringContaining('Did you mean claude?') }),
  )
})

test('the usual priority by name, or by number from the most urgent to the least', () => {
  const usual = (defaultPriority: 1 | 2 | 3 | 4 | 5 | 'low') =>
    settings({ config: { defaultPriority } }).defaultPriority
  expect(([1, 2, 3, 4, 5, 'low'] as const).map(usual)).toEqual([
    'high',
    'high',
    'medium',
    'low',
    'background',
    'low',
  ])
})

test('a model is tried again before the next one where retries say so', () => {
  const tries = (retry: object) => settings({ config: { cliConfig: { retry } } }).triesPerModel
  expect(tries({})).toBe(1)
  expect(tries({ maxRetriesPerModel: 3 })).toBe(1)
  expect(tries({ retrySameModel: true })).toBe(2)
  expect(tries({ retrySameModel: true, maxRetriesPerModel: 3 })).toBe(4)
  expect(tries({ retrySameModel: true, maxRetriesPerModel: 0 })).toBe(1)
})

test('what attempts leave is looked for where it is named, and the flag wins', () => {
  const of = (dynamicTasks?: DynamicTasksOptions, flag?: boolean) =>
    settings({
      config: dynamicTasks ? { dynamicTasks } : {},
      flags: flag === undefined ? {} : { dynamicTasks: flag },
    })
  expect(of().followUps).toBeNull()
  expect(of({ enabled: false }).followUps).toBeNull()
  expect(of({}).followUps).toEqual({
    analyzer: 'pattern',
    isPart: true,
    most: 5,
    isApproved: true,
    isTold: true,
  })
  expect(of(undefined, true)).toMatchObject({ integrations: ['dynamicTasks'], growth: { isAllowed: true } })
  expect(of({}, false)).toMatchObject({ followUps: null, integrations: [], growth: { isAllowed: false } })
  expect(
    of({ analyzer: { analyze: () => ({ shouldCreateTasks: false, suggestedTasks: [] }) } }).followUps
      ?.analyzer,
  ).toBe('own')
})
