import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { gemini } from '../../../src/adapters/agents/gemini.ts'
import type { AgentExit, AgentReader } from '../../../src/ports/agent.ts'
import { captured, replay } from '../../support/replay.ts'

const binary = async () => '/opt/bin/gemini'
const reader = (): AgentReader => gemini({ binary }).reader()
const task = {
  cwd: '/project',
  model: null,
  allowanceUsd: 2,
  promptFile: '/project/prompt.md',
  prompt: () => 'Do it.',
}
const exited = (code: number): AgentExit => ({ code, signal: null, endedBy: 'itself' })

/** Gives a reader the records and the lines on standard error, and judges it. */
function told(records: readonly object[], exit: AgentExit, errors: readonly string[] = []) {
  const one = reader()
  const activities = [
    ...records.flatMap((record) => one.read('stdout', JSON.stringify(record))),
    ...errors.flatMap((line) => one.read('stderr', line)),
  ]
  return { activities, result: one.end(exit, captured), usage: one.usage() }
}

const init = { type: 'init', session_id: 'session-1', model: 'gemini-2.5-pro' }
const says = (content: string) => ({ type: 'message', role: 'assistant', content, delta: true })
const succeeded = { type: 'result', status: 'success' }
const failed = (message: string) => ({ type: 'result', status: 'error', error: { type: 'unknown', message } })
const ofLimits = 'It says now: you have exhausted your daily quota (429, rate limit).'

describe('gemini is started', () => {
  test('without asking, without a process in between, the prompt on standard input', async () => {
    expect(await gemini({ binary }).launch(task)).toEqual({
      file: '/opt/bin/gemini',
      args: ['-o', 'stream-json', '--approval-mode', 'yolo'],
      env: { GEMINI_CLI_NO_RELAUNCH: 'true', GEMINI_CLI_TRUST_WORKSPACE: 'true' },
      stdin: 'prompt',
    })
  })

  test('with the model, and the arguments of the project last', async () => {
    const { args } = await gemini({ binary, args: ['--debug'] }).launch({ ...task, model: 'gemini-2.5-pro' })
    expect(args.slice(args.indexOf('-m'), args.indexOf('-m') + 2)).toEqual(['-m', 'gemini-2.5-pro'])
    expect(args.at(-1)).toBe('--debug')
  })
})

describe('what gemini says of limits', () => {
  test('is no failure where it succeeded', () => {
    expect(told([init, says(ofLimits), succeeded], exited(0)).result).toEqual({ ok: true, summary: ofLimits })
  })

  test.each([
    ['was killed', { code: null, signal: 'SIGKILL', endedBy: 'itself' }],
    ['exited badly', exited(1)],
    ['never had a result, which is how it ends on a signal', exited(0)],
  ] as const)('is not taken for one where it %s', (_, exit) => {
    expect(told([init, says(ofLimits)], exit).result).toMatchObject({ ok: false, kind: 'crash' })
  })

  test('counts where the run failed for it, with the time where it is told', () => {
    const words = 'You have exhausted your capacity on this model. Your quota will reset after 8h44m7s.'
    expect(told([init, failed(words)], exited(173)).result).toEqual({
      ok: false,
      kind: 'limit',
      reason: words,
      resetsAt: new Date(captured.getTime() + ((8 * 60 + 44) * 60 + 7) * 1000),
    })
  })

  test('has no time where none is told', () => {
    const { result } = replay(reader(), 'gemini/usage-limit')
    expect(result).toEqual({
      ok: false,
      kind: 'limit',
      reason: '[API Error: You have exhausted your daily quota on this model.]',
    })
  })
})

describe('the exit code of gemini', () => {
  test.each([
    [41, 'authentication'],
    [44, 'launch'],
    [52, 'launch'],
    [53, 'turns'],
    [55, 'permission'],
    [42, 'crash'],
    [130, 'crash'],
  ])('%i before its first record is one of %s, and its first word is the reason', (code, kind) => {
    const errors = ['YOLO mode is enabled.', 'Error: that cannot be', '    at start (file.js:1:1)', 'Goodbye']
    expect(told([], exited(code), errors).result).toEqual({
      ok: false,
      kind,
      reason: `it exited with ${code}: Error: that cannot be`,
    })
  })

  test('of an untrusted folder counts more than its words', () => {
    const errors = ['Error: the connection of this folder to a trusted one is missing']
    expect(told([], exited(55), errors).result).toMatchObject({ kind: 'permission' })
  })

  test.each([
    [147, 'authentication'],
    [173, 'overloaded'],
    [244, 'overloaded'],
    [247, 'overloaded'],
  ])('%i, an HTTP status cut to a byte, is one of %s where its words say nothing', (code, kind) => {
    expect(told([init, failed('Something new.')], exited(code)).result).toMatchObject({ kind })
  })

  test.each([
    ['[API Error: API key expired. Please renew the API key.]', 'authentication'],
    ['[API Error: {"error":{"code":400,"status":"INVALID","reason":"API_KEY_INVALID"}}]', 'authentication'],
    ['[API Error: The input token count exceeds the maximum number of tokens allowed.]', 'crash'],
  ])('144 with %s, any bad request, is one of %s', (words, kind) => {
    expect(told([init, failed(words)], exited(144)).result).toMatchObject({ ok: false, kind })
  })

  test.each([
    ['\nSuggested retry after 60s.', 'overloaded'],
    ['\nPlease retry in 1.2s.', 'overloaded'],
    ['', 'billing'],
  ])('173 where the quota is used up, and the text goes on with %j, is one of %s', (more, kind) => {
    const words = `[API Error: You exceeded your current quota, please check your plan and billing details.${more}]`
    expect(told([init, failed(words)], exited(173)).result).toMatchObject({ ok: false, kind })
  })

  test('of a rate counts less than the word that a quota is used up', () => {
    const words = 'You have exhausted your daily quota on this model.'
    expect(told([init, failed(words)], exited(173)).result).toMatchObject({ kind: 'limit' })
  })
})

test('a loop that it broke off is no success, though it says so', () => {
  const loop = { type: 'error', severity: 'warning', message: 'Loop detected, stopping execution' }
  expect(told([init, says('Again.'), loop, succeeded], exited(0)).result).toMatchObject({
    ok: false,
    kind: 'turns',
  })
})

test('an error is the reason where nothing came after it, and not where it was got over', () => {
  const broken = { type: 'error', severity: 'error', message: 'fetch failed' }
  expect(told([init, broken], exited(1)).result).toMatchObject({ kind: 'overloaded' })
  expect(told([init, broken, says('Going on.')], exited(1)).result).toMatchObject({ kind: 'crash' })
})

test('a tool that fails is told in one short line, under its name, whatever its id', () => {
  const records = [
    {
      type: 'tool_use',
      tool_name: 'run_shell_command',
      tool_id: 'call-1',
      parameters: { command: 'a\n  b' },
    },
    {
      type: 'tool_result',
      tool_id: 'call-1',
      status: 'error',
      error: { message: `${'no'.repeat(200)}\nmore` },
    },
  ]
  expect(told(records, exited(0)).activities).toEqual([
    { kind: 'tool', name: 'run_shell_command', detail: 'a b' },
    { kind: 'tool-failed', name: 'run_shell_command', detail: 'no'.repeat(100) },
  ])
})

describe('standard error of gemini', () => {
  test('is shown only where it tells of an error, without its stack', () => {
    const errors = [
      'YOLO mode is enabled. All tool calls will be automatically approved.',
      'Warning: 256-color support not detected.',
      '\u001b[31mAttempt 1 failed with status 503. _ApiError: overloaded\u001b[39m',
      '    at throwErrorIfNotOK (file:///gemini.js:1:1)',
      '  status: 503',
      '}',
      'Goodbye',
    ]
    const { activities } = told([init, says('Done.'), succeeded], exited(0), errors)
    expect(activities).toEqual([
      { kind: 'text', text: 'Done.' },
      { kind: 'notice', text: 'Attempt 1 failed with status 503. _ApiError: overloaded' },
    ])
  })

  test.each(['overloaded-forever', 'credit', 'usage-limit'])('of the run %s shows no frames', (scenario) => {
    const { activities } = replay(reader(), `gemini/${scenario}`)
    expect(activities.length).toBeGreaterThan(0)
    expect(activities.filter((one) => one.kind === 'notice' && /^at /.test(one.text))).toEqual([])
  })
})

test('a session that goes on has its id again, and the usage of this run alone', () => {
  const one = reader()
  const printed = readFileSync('test/fixtures/agents/resumed/gemini/run1.stdout.txt', 'utf8')
  for (const line of printed.split('\n')) one.read('stdout', line)
  expect(one.end(exited(0), captured)).toEqual({ ok: true, summary: 'Second answer.' })
  expect(one.session()).toBe('9944619e-b310-4ec7-a974-cad12ff26761')
  expect(one.model()).toBe('gemini-2.5-pro')
  expect(one.usage()?.models).toEqual({
    'gemini-2.5-pro': { input: 1200, output: 85, cacheRead: 900, cacheWrite: 0, reasoning: 0 },
  })
})

describe('usage of gemini', () => {
  test.each([
    ['success-text', [1200, 85, 900, 0]],
    ['success-tool', [2400, 170, 1800, 0]],
    ['two-tools', [2400, 170, 1800, 0]],
    ['thinking', [2400, 210, 1800, 40]],
  ] as const)('in %s is told to the token; dollars are not', (scenario, counts) => {
    const one = reader()
    expect(replay(one, `gemini/${scenario}`).result.ok).toBe(true)
    const [input, output, cacheRead, reasoning] = counts
    expect(one.usage()).toEqual({
      models: { 'gemini-2.5-pro': { input, output, cacheRead, cacheWrite: 0, reasoning } },
      costUsd: null,
      costSource: 'unknown',
    })
  })

  test('is told for each model', () => {
    const stats = {
      models: {
        'gemini-2.5-pro': { total_tokens: 130, input_tokens: 100, output_tokens: 20, cached: 40, input: 60 },
        'gemini-2.5-flash': { total_tokens: 7, input_tokens: 5, output_tokens: 2, cached: 0, input: 5 },
      },
    }
    expect(told([init, { ...succeeded, stats }], exited(0)).usage?.models).toEqual({
      'gemini-2.5-pro': { input: 60, output: 30, cacheRead: 40, cacheWrite: 0, reasoning: 10 },
      'gemini-2.5-flash': { input: 5, output: 2, cacheRead: 0, cacheWrite: 0, reasoning: 0 },
    })
  })

  test.each([
    [{ input_tokens: 100, output_tokens: 20, total_tokens: 130 }, 100, 0],
    [{ input_tokens: 100, output_tokens: 20, total_tokens: 130, cached: 40 }, 60, 40],
    [{ input_tokens: 100, output_tokens: 20, total_tokens: 130, cached: 100, input: 0 }, 0, 100],
  ])('of an older version, %j, is that of its model', (stats, input, cacheRead) => {
    expect(told([init, { ...succeeded, stats }], exited(0)).usage?.models).toEqual({
      'gemini-2.5-pro': { input, output: 30, cacheRead, cacheWrite: 0, reasoning: 10 },
    })
  })

  test('is unknown until the end, and where the end does not tell it', () => {
    expect(told([init, says('Working.')], exited(0)).usage).toBeNull()
    expect(told([init, succeeded], exited(0)).usage).toBeNull()
  })
})
