import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { codex } from '../../../src/adapters/agents/codex.ts'
import type { AgentExit, AgentReader } from '../../../src/ports/agent.ts'
import { captured, replay } from '../../support/replay.ts'

const binary = async () => '/opt/bin/codex'
const reader = (): AgentReader => codex({ binary }).reader()
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
  const activities = records.flatMap((record) => one.read('stdout', JSON.stringify(record)))
  return { activities: [...activities, ...one.read('stderr', error)], result: one.end(exit, captured) }
}

const started = { type: 'thread.started', thread_id: 'thread-1' }
const says = (text: string) => ({ type: 'item.completed', item: { type: 'agent_message', text } })
const ran = (status: string) => ({
  type: 'item.completed',
  item: { type: 'command_execution', command: 'npm test', status },
})
const completed = { type: 'turn.completed', usage: { input_tokens: 10, output_tokens: 2 } }
const ofLimits = "The message is now: You've hit your usage limit (429, rate limit, at capacity)."
const rejected = 'ERROR patch rejected: writing is blocked by read-only sandbox'

describe('codex is started', () => {
  test('without its sandbox, the prompt on standard input', async () => {
    expect(await codex({ binary }).launch(task)).toEqual({
      file: '/opt/bin/codex',
      args: ['exec', '--json', '--dangerously-bypass-approvals-and-sandbox', '--skip-git-repo-check', '-'],
      env: {},
      stdin: 'prompt',
    })
  })

  test('with the model, and the arguments of the project before the sign for standard input', async () => {
    const { args } = await codex({ binary, args: ['-c', 'a=1'] }).launch({ ...task, model: 'gpt-5.5' })
    expect(args.slice(args.indexOf('-m'), args.indexOf('-m') + 2)).toEqual(['-m', 'gpt-5.5'])
    expect(args.slice(-3)).toEqual(['-c', 'a=1', '-'])
  })
})

describe('what codex says of limits', () => {
  test('is no failure where it completed its turn', () => {
    expect(told([started, says(ofLimits), completed], exited(0)).result).toEqual({
      ok: true,
      summary: ofLimits,
    })
  })

  test.each([
    ['was killed', { code: null, signal: 'SIGTERM', endedBy: 'itself' }],
    ['exited badly', exited(1)],
    ['never completed its turn', exited(0)],
  ] as const)('is not taken for one where it %s', (_, exit) => {
    expect(told([started, says(ofLimits)], exit).result).toMatchObject({ ok: false, kind: 'crash' })
  })

  test('counts where the turn failed for it, to the minute, in local time', () => {
    const { result } = replay(reader(), 'codex/usage-limit')
    const resetsAt = result.ok ? undefined : result.resetsAt
    expect(result).toMatchObject({ kind: 'limit' })
    expect([resetsAt?.getHours(), resetsAt?.getMinutes()]).toEqual([8, 38])
  })

  test('counts to the day where the limit is a weekly one', () => {
    expect(replay(reader(), 'codex/usage-limit-weekly').result).toMatchObject({
      kind: 'limit',
      resetsAt: new Date(2026, 10, 27, 5, 38),
    })
  })
})

describe('an error of codex', () => {
  const broken = { type: 'error', message: 'Reconnecting... 2/5 (stream disconnected)' }

  test('is no end: it may go on', () => {
    expect(told([started, broken, says('Done.'), completed], exited(0)).result.ok).toBe(true)
  })

  test('is the reason where nothing came after it', () => {
    expect(told([started, broken], exited(1)).result).toMatchObject({ kind: 'overloaded' })
  })

  test('that it got over is not the reason of a later end', () => {
    expect(told([started, broken, says('Going on.')], exited(1)).result).toMatchObject({ kind: 'crash' })
  })
})

describe('a patch that codex was refused', () => {
  test('is a failure where it did nothing else', () => {
    expect(told([started, ran('failed'), completed], exited(0), rejected).result).toMatchObject({
      kind: 'permission',
    })
  })

  test('is a failure though other lines came after it', () => {
    const one = reader()
    for (const record of [started, completed]) one.read('stdout', JSON.stringify(record))
    for (const line of [rejected, 'WARN something else']) one.read('stderr', line)
    expect(one.end(exited(0), captured)).toEqual({ ok: false, kind: 'permission', reason: rejected })
  })

  test('is none where it found another way', () => {
    expect(told([started, ran('completed'), completed], exited(0), rejected).result.ok).toBe(true)
  })
})

describe('a captured run of codex', () => {
  test.each([
    ['success-text', [900, 85, 900, 300, 0]],
    ['success-tool', [1800, 170, 1800, 600, 0]],
    ['two-tools', [1800, 170, 1800, 600, 0]],
    ['thinking', [1800, 210, 1800, 600, 40]],
  ] as const)('%s has used so many tokens; dollars are not told', (scenario, counts) => {
    const one = reader()
    expect(replay(one, `codex/${scenario}`).result.ok).toBe(true)
    const [input, output, cacheRead, cacheWrite, reasoning] = counts
    expect(one.usage()).toEqual({
      models: { codex: { input, output, cacheRead, cacheWrite, reasoning } },
      costUsd: null,
      costSource: 'unknown',
    })
  })

  test('tells its tokens under the model that it was told to use, since it names none', () => {
    const one = codex({ binary }).reader('gpt-5.5')
    replay(one, 'codex/success-tool')
    expect(Object.keys(one.usage()?.models ?? {})).toEqual(['gpt-5.5'])
    expect(one.model()).toBe('gpt-5.5')
  })

  test('that goes on with a session has the totals and the id of that session', () => {
    const one = reader()
    const printed = readFileSync('test/fixtures/agents/resumed/codex/run1.stdout.txt', 'utf8')
    for (const line of printed.split('\n')) one.read('stdout', line)
    expect(one.end(exited(0), captured).ok).toBe(true)
    expect(one.session()).toBe(JSON.parse(printed.split('\n')[0] ?? '').thread_id)
    expect(one.usage()?.models).toEqual({
      codex: { input: 2700, output: 255, cacheRead: 2700, cacheWrite: 900, reasoning: 0 },
    })
  })

  test('shows what was done, and what failed, under the same name', () => {
    const command = "/bin/bash -lc 'echo oops >&2; exit 3'"
    expect(replay(reader(), 'codex/tool-fails').activities).toEqual([
      { kind: 'text', text: 'Running.' },
      { kind: 'tool', name: 'shell', detail: command },
      { kind: 'tool-failed', name: 'shell', detail: command },
      { kind: 'text', text: 'The command failed.' },
    ])
  })

  test('read twice comes to the same', () => {
    const [one, other] = [reader(), reader()]
    expect(replay(one, 'codex/two-tools')).toEqual(replay(other, 'codex/two-tools'))
    expect(one.usage()).toEqual(other.usage())
  })
})
