import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { opencode } from '../../../src/adapters/agents/opencode.ts'
import type { AgentExit, AgentReader } from '../../../src/ports/agent.ts'
import { captured, replay } from '../../support/replay.ts'

const binary = async () => '/opt/bin/opencode'
const reader = (): AgentReader => opencode({ binary }).reader()
const task = {
  cwd: '/project',
  model: null,
  allowanceUsd: 2,
  promptFile: '/project/prompt.md',
  prompt: () => 'Do it.',
}
const exited = (code: number): AgentExit => ({ code, signal: null, endedBy: 'itself' })

/** Gives a reader the records and a last word on standard error, and judges it. */
function told(records: readonly object[], exit: AgentExit, error = '') {
  const one = reader()
  const activities = records.flatMap((record) =>
    one.read('stdout', JSON.stringify({ sessionID: 'ses_1', ...record })),
  )
  one.read('stderr', error)
  return { activities, result: one.end(exit, captured), usage: one.usage(), session: one.session() }
}

const starts = { type: 'step_start', part: { type: 'step-start' } }
const says = (text: string) => ({ type: 'text', part: { type: 'text', text } })
const finishes = (reason: string, more: object = {}) => ({ type: 'step_finish', part: { reason, ...more } })
const errs = (data: object, name = 'APIError') => ({ type: 'error', error: { name, data } })
const ofLimits = 'It says now: the usage limit has been reached (429, rate limit).'

describe('opencode is started', () => {
  test('with every permission, the prompt on standard input', async () => {
    expect(await opencode({ binary }).launch(task)).toEqual({
      file: '/opt/bin/opencode',
      args: ['run', '--format', 'json', '--auto'],
      env: { OPENCODE_PERMISSION: '{"*":"allow"}' },
      stdin: 'prompt',
    })
  })

  test('with the model, and the arguments of the project last', async () => {
    const { args } = await opencode({ binary, args: ['--variant', 'high'] }).launch({ ...task, model: 'a/b' })
    expect(args.slice(args.indexOf('-m'), args.indexOf('-m') + 2)).toEqual(['-m', 'a/b'])
    expect(args.slice(-2)).toEqual(['--variant', 'high'])
  })
})

describe('the last step of opencode', () => {
  test('decides, since it has no final record', () => {
    const { result, session } = told([starts, says('Done.'), finishes('stop')], exited(0))
    expect(result).toEqual({ ok: true, summary: 'Done.' })
    expect(session).toBe('ses_1')
  })

  test.each([
    ['went on to tools', [starts, finishes('tool-calls')]],
    ['was cut off', [starts, finishes('length')]],
    ['never finished', [starts, finishes('stop'), starts, says('And now')]],
    ['was never there', [{ type: 'new.thing' }]],
  ])('that %s is no success, whatever the exit status', (_, records) => {
    expect(told(records, exited(0)).result).toMatchObject({ ok: false, kind: 'crash' })
  })

  test('does not count where it exited badly', () => {
    expect(told([starts, finishes('stop')], exited(1)).result).toMatchObject({ ok: false, kind: 'crash' })
  })
})

describe('an error of opencode', () => {
  test('is the end where no step came after it', () => {
    const broken = errs({ message: 'Cannot connect to API: The socket was closed', isRetryable: true })
    expect(told([starts, broken], exited(0)).result).toMatchObject({ kind: 'overloaded' })
    expect(told([broken, starts, says('Done.'), finishes('stop')], exited(0)).result.ok).toBe(true)
  })

  test.each([
    [errs({ message: 'No.', statusCode: 401 }), 'authentication'],
    [errs({ message: 'No.', statusCode: 402 }), 'billing'],
    [errs({ message: 'No.', statusCode: 429 }), 'overloaded'],
    [errs({ message: 'No.', statusCode: 529 }), 'overloaded'],
    [errs({ message: 'No.', isRetryable: true }), 'overloaded'],
    [errs({ message: 'No.' }, 'ProviderAuthError'), 'authentication'],
    [errs({ message: 'No.' }, 'ContextOverflowError'), 'crash'],
    [errs({}, 'UnknownError'), 'crash'],
    [errs({ message: 'It has 512 tokens of context', statusCode: 400 }), 'crash'],
    [errs({ message: 'It has 512 tokens of context' }, 'ContextOverflowError'), 'crash'],
    [errs({ message: 'The connection was reset', statusCode: 408 }), 'overloaded'],
    [errs({ message: 'The server is unavailable', statusCode: 409, isRetryable: true }), 'overloaded'],
  ])('%j is one of %s', (record, kind) => {
    expect(told([record], exited(1)).result).toMatchObject({ ok: false, kind })
  })
})

describe('a limit that opencode met', () => {
  const limit = (more: object) =>
    told([errs({ message: 'The usage limit has been reached', statusCode: 429, ...more })], exited(1)).result
  const at = (seconds: number) => ({ kind: 'limit', resetsAt: new Date(seconds * 1000) })
  const soon = captured.getTime() / 1000 + 3600
  const late = soon + 86_400

  test.each([
    ['body', { responseBody: JSON.stringify({ error: { resets_at: soon } }) }, soon],
    ['header of Claude', { responseHeaders: { 'anthropic-ratelimit-unified-reset': `${soon}` } }, soon],
    ['wait', { responseHeaders: { 'retry-after': '3600' } }, soon],
    [
      'window that is used up',
      {
        responseHeaders: {
          'x-codex-primary-reset-at': `${soon}`,
          'x-codex-primary-used-percent': '40',
          'x-codex-secondary-reset-at': `${late}`,
          'x-codex-secondary-used-percent': '100',
        },
      },
      late,
    ],
  ])('ends when the %s says', (_, more, seconds) => {
    expect(limit(more)).toMatchObject(at(seconds))
  })

  test.each([
    [{}],
    [{ responseHeaders: { 'retry-after': 'later' }, responseBody: '{"error":' }],
    [{ responseHeaders: null, responseBody: 3 }],
  ])('ends nobody knows when with %j', (more) => {
    expect(limit(more)).toEqual({
      ok: false,
      kind: 'limit',
      reason: 'The usage limit has been reached (429)',
    })
  })

  test('ends in the captured runs when the provider said', () => {
    expect(replay(reader(), 'opencode/usage-limit').result).toMatchObject(at(1_795_424_957))
    expect(replay(reader(), 'opencode/usage-limit-weekly').result).toMatchObject(at(1_795_759_851))
  })
})

describe('what opencode says of limits', () => {
  test('is no failure where it succeeded', () => {
    expect(told([starts, says(ofLimits), finishes('stop')], exited(0)).result).toEqual({
      ok: true,
      summary: ofLimits,
    })
  })

  test.each([
    ['was killed', { code: null, signal: 'SIGTERM', endedBy: 'itself' }],
    ['exited badly', exited(1)],
    ['broke off', exited(0)],
  ] as const)('is not taken for one where it %s', (_, exit) => {
    expect(told([starts, says(ofLimits)], exit).result).toMatchObject({ ok: false, kind: 'crash' })
  })

  test('on standard error is the reason, without its colours', () => {
    const { result } = told([], exited(1), '\u001b[91m\u001b[1mError: \u001b[0mSession not found')
    expect(result).toEqual({
      ok: false,
      kind: 'crash',
      reason: 'it exited with 1: Error: Session not found',
    })
  })
})

test('tools are told in one short line, and a command that fails as one that failed', () => {
  const tool = (state: object) => ({ type: 'tool_use', part: { tool: 'bash', state } })
  const input = { command: 'make\n  all', description: 'Build' }
  const { activities } = told(
    [
      tool({ status: 'completed', input, metadata: { exit: 0 } }),
      tool({ status: 'completed', input, metadata: { exit: 2 } }),
      tool({ status: 'error', input, error: `${'no'.repeat(200)}\nmore` }),
    ],
    exited(0),
  )
  expect(activities).toEqual([
    { kind: 'tool', name: 'bash', detail: 'make all' },
    { kind: 'tool-failed', name: 'bash', detail: 'make all' },
    { kind: 'tool-failed', name: 'bash', detail: 'no'.repeat(100) },
  ])
})

describe('a permission that opencode was refused', () => {
  const refused = 'The user rejected permission to use this specific tool call.'
  const uses = (error?: string) => ({
    type: 'tool_use',
    part: { tool: 'bash', state: error ? { status: 'error', error } : { status: 'completed' } },
  })
  const asked = '! permission requested: external_directory (/etc/*); auto-rejecting'

  test('ends it, though it exits with 0, and what it was for is the reason', () => {
    const records = [starts, uses(), finishes('tool-calls'), starts, uses(refused), finishes('tool-calls')]
    expect(told(records, exited(0), `\u001b[93m\u001b[1m${asked}\u001b[0m`).result).toEqual({
      ok: false,
      kind: 'permission',
      reason: `it was refused a permission: ${asked}`,
    })
    expect(told(records, exited(0)).result).toMatchObject({ reason: 'it was refused a permission: bash' })
  })

  test('is no failure where it found another way', () => {
    const first = [starts, uses(refused), finishes('tool-calls')]
    const way = [starts, uses(), finishes('tool-calls'), starts, says('Done.'), finishes('stop')]
    expect(told([...first, ...way], exited(0), asked).result).toEqual({ ok: true, summary: 'Done.' })
  })

  test('is one where every tool was refused, whatever it says then', () => {
    const records = [starts, uses(refused), finishes('tool-calls'), starts, says('Well.'), finishes('stop')]
    expect(told(records, exited(0)).result).toMatchObject({ ok: false, kind: 'permission' })
  })
})

test('a session that goes on has its id again, and the usage of this run alone', () => {
  const one = reader()
  const printed = readFileSync('test/fixtures/agents/resumed/opencode/run1.stdout.txt', 'utf8')
  for (const line of printed.split('\n')) one.read('stdout', line)
  expect(one.end(exited(0), captured)).toEqual({ ok: true, summary: 'Second answer.' })
  expect(one.session()).toBe('ses_df8efe011ffe9Dfzkm8dqlUJmM')
  expect(one.usage()).toEqual({
    models: { opencode: { input: 1200, output: 85, cacheRead: 900, cacheWrite: 0, reasoning: 0 } },
    costUsd: 0.005145,
    costSource: 'cli',
  })
})

describe('usage of opencode', () => {
  test.each([
    ['success-text', [1200, 85, 900, 0], 0.005145],
    ['success-tool', [2400, 170, 1800, 0], 0.01029],
    ['two-tools', [2400, 170, 1800, 0], 0.01029],
    ['thinking', [2400, 210, 1800, 40], 0.01089],
  ] as const)('in %s is the sum of its steps, to the token and the cent', (scenario, counts, costUsd) => {
    const one = reader()
    expect(replay(one, `opencode/${scenario}`).result.ok).toBe(true)
    const [input, output, cacheRead, reasoning] = counts
    expect(one.usage()).toEqual({
      models: { opencode: { input, output, cacheRead, cacheWrite: 0, reasoning } },
      costUsd,
      costSource: 'cli',
    })
  })

  test('is told while it still runs', () => {
    const step = finishes('tool-calls', { cost: 0.5, tokens: { input: 10, output: 2, cache: { write: 3 } } })
    expect(told([starts, step, starts, step, starts], exited(1)).usage).toEqual({
      models: { opencode: { input: 20, output: 4, cacheRead: 0, cacheWrite: 6, reasoning: 0 } },
      costUsd: 1,
      costSource: 'cli',
    })
  })

  test('is unknown where no step told any', () => {
    expect(told([starts, finishes('stop')], exited(0)).usage).toBeNull()
  })

  test.each([
    ['part', { part: { modelID: 'a/b', reason: 'stop', tokens: { input: 10 } } }],
    ['record', { modelID: 'a/b', part: { reason: 'stop', tokens: { input: 10 } } }],
  ])('is that of the model, where the %s names it', (_, record) => {
    const { usage } = told([starts, { type: 'step_finish', ...record }], exited(0))
    expect(Object.keys(usage?.models ?? {})).toEqual(['a/b'])
  })

  test('is that of the model it was told to use, where nothing names one', () => {
    const one = opencode({ binary }).reader('mock/mock-model')
    replay(one, 'opencode/success-tool')
    expect(Object.keys(one.usage()?.models ?? {})).toEqual(['mock/mock-model'])
  })

  test('has no price where tokens cost nothing', () => {
    const step = finishes('stop', { cost: 0, tokens: { input: 10, output: 2 } })
    expect(told([starts, step], exited(0)).usage).toMatchObject({ costUsd: null, costSource: 'unknown' })
  })
})
