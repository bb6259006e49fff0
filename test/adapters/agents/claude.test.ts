import { describe, expect, test } from 'vitest'
import { claude } from '../../../src/adapters/agents/claude.ts'
import type { AgentExit, AgentReader } from '../../../src/ports/agent.ts'
import { captured } from '../../support/replay.ts'

const binary = async () => '/opt/bin/claude'
const reader = (): AgentReader => claude({ binary }).reader()
const task = {
  cwd: '/project',
  model: null,
  allowanceUsd: null,
  promptFile: '/project/prompt.md',
  prompt: () => 'Do it.',
}
const exited = (code: number): AgentExit => ({ code, signal: null, endedBy: 'itself' })

/** Gives a reader the records, and judges it. */
function told(records: readonly object[], exit: AgentExit) {
  const one = reader()
  const activities = records.flatMap((record) => one.read('stdout', JSON.stringify(record)))
  return { result: one.end(exit, captured), usage: one.usage(), activities }
}

const says = (text: string, more: object = {}) => ({
  type: 'assistant',
  message: { id: 'msg_1', model: 'claude-sonnet-5-5', content: [{ type: 'text', text }] },
  ...more,
})
const apologises = (text: string, error: string) => ({
  type: 'assistant',
  message: { id: 'msg_2', model: '<synthetic>', content: [{ type: 'text', text }] },
  error,
})
const limitEvent = (info: object) => ({ type: 'rate_limit_event', rate_limit_info: info })

/** What an agent may well say while it works on such a thing. */
const ofLimits = "The message is now: You've hit your usage limit (429, rate limit, overloaded)."

describe('claude is started', () => {
  test('without a model and a bound where none is given, the prompt on standard input', async () => {
    const launch = await claude({ binary }).launch(task)
    expect(launch.file).toBe('/opt/bin/claude')
    expect(launch.args).toEqual([
      '-p',
      '--output-format',
      'stream-json',
      '--verbose',
      '--dangerously-skip-permissions',
    ])
    expect(launch.stdin).toBe('prompt')
    expect(launch.env).toEqual({ CLAUDE_CODE_DISABLE_BACKGROUND_TASKS: '1', CLAUDECODE: null })
  })

  test('with the model, what it may spend, and the arguments of the project last', async () => {
    const { args } = await claude({ binary, args: ['--effort', 'high'] }).launch({
      ...task,
      model: 'opus',
      allowanceUsd: 1.5,
    })
    expect(args.slice(args.indexOf('--model'), args.indexOf('--model') + 2)).toEqual(['--model', 'opus'])
    expect(Number(args[args.indexOf('--max-budget-usd') + 1])).toBe(1.5)
    expect(args.slice(-2)).toEqual(['--effort', 'high'])
  })

  test('as root only with the word that it is in a sandbox', async () => {
    const { env } = await claude({ binary, isRoot: true }).launch(task)
    expect(env.IS_SANDBOX).toBe('1')
  })
})

describe('what claude says of limits', () => {
  test('is no failure where it succeeded', () => {
    const { result } = told(
      [says(ofLimits), { type: 'result', subtype: 'success', is_error: false, result: ofLimits }],
      exited(0),
    )
    expect(result).toEqual({ ok: true, summary: ofLimits })
  })

  test.each([
    ['was killed before it ended', [says(ofLimits)], { code: 143, signal: null, endedBy: 'itself' }],
    [
      'exited badly after a good result',
      [says(ofLimits), { type: 'result', is_error: false, result: ofLimits }],
      exited(1),
    ],
    [
      'was interrupted',
      [says(ofLimits), { type: 'result', is_error: true, subtype: 'error_during_execution' }],
      exited(0),
    ],
  ] as const)('is not taken for one where it %s', (_, records, exit) => {
    expect(told(records, exit).result).toMatchObject({ ok: false, kind: 'crash' })
  })

  test('counts where the program says it in place of the model, with the time from the words', () => {
    const text = "You've hit your 5-hour limit · resets 8:38am (UTC)"
    const records = [
      limitEvent({ status: 'rejected' }),
      { type: 'result', subtype: 'success', is_error: true, result: text },
    ]
    expect(told(records, exited(1)).result).toEqual({
      ok: false,
      kind: 'limit',
      reason: text,
      resetsAt: new Date('2026-11-23T08:38:00Z'),
    })
  })

  test('counts without the event, which the json form does not have', () => {
    const { result } = told(
      [{ type: 'result', is_error: true, api_error: 'usage_limit_reached', result: 'No more for now.' }],
      exited(1),
    )
    expect(result).toMatchObject({ kind: 'limit', reason: 'No more for now.' })
  })

  test.each([
    ['lifted', [{ status: 'rejected', resetsAt: 1_795_423_087 }, { status: 'allowed' }]],
    ['never there', [{ status: 'allowed_warning', resetsAt: 1_795_423_087 }]],
    ['paid for', [{ status: 'rejected', resetsAt: 1_795_423_087, isUsingOverage: true }]],
  ])('is forgotten where the limit was %s', (_, infos) => {
    const failed = { type: 'result', is_error: true, subtype: 'success', result: 'Invalid API key' }
    const { result } = told([...infos.map(limitEvent), failed], exited(1))
    expect(result).toEqual({ ok: false, kind: 'authentication', reason: 'Invalid API key' })
  })
})

test.each([
  ['account_on_hold', 'authentication'],
  ['billing_error', 'billing'],
  ['overloaded', 'overloaded'],
  ['server_error', 'overloaded'],
  ['unknown', 'crash'],
])('an error by the name of %s is one of %s, whatever its words', (error, kind) => {
  const failed = { type: 'result', subtype: 'success', is_error: true, result: 'Something new.' }
  expect(told([apologises('Something new.', error), failed], exited(1)).result).toEqual({
    ok: false,
    kind,
    reason: 'Something new.',
  })
})

test('of several results the last decides, and its totals are the totals', () => {
  const result = (isError: boolean, cost: number) => ({
    type: 'result',
    is_error: isError,
    result: `answer of ${cost}`,
    total_cost_usd: cost,
    modelUsage: { opus: { inputTokens: cost * 100 } },
  })
  const { result: judged, usage } = told([result(true, 1), result(false, 3)], exited(0))
  expect(judged).toEqual({ ok: true, summary: 'answer of 3' })
  expect(usage).toMatchObject({ models: { opus: { input: 300 } }, costUsd: 3, costSource: 'cli' })
})

test('a refusal among things that were done is told, and is no failure', () => {
  const uses = { type: 'tool_use', name: 'Bash', input: { command: 'ls\n  -l' } }
  const { result, activities } = told(
    [
      { type: 'assistant', message: { id: 'm', model: 'opus', content: [uses, uses] } },
      { type: 'result', is_error: false, result: 'Done.', permission_denials: [{ tool_name: 'Bash' }] },
    ],
    exited(0),
  )
  expect(result.ok).toBe(true)
  expect(activities).toContainEqual({ kind: 'tool', name: 'Bash', detail: 'ls -l' })
  expect(activities).toContainEqual({ kind: 'notice', text: 'it was refused Bash' })
})
