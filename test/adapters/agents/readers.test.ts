import { readdirSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { createClaudeReader } from '../../../src/adapters/agents/claude-reader.ts'
import { createCodexReader } from '../../../src/adapters/agents/codex-reader.ts'
import { createGeminiReader } from '../../../src/adapters/agents/gemini-reader.ts'
import { createOpencodeReader } from '../../../src/adapters/agents/opencode-reader.ts'
import type { AgentReader } from '../../../src/ports/agent.ts'
import { replay } from '../../support/replay.ts'

const tokens = (input: number, output: number, cacheRead: number, cacheWrite = 0, reasoning = 0) => ({
  input,
  output,
  cacheRead,
  cacheWrite,
  reasoning,
})

type Expected = Readonly<Record<string, string>>

/** What each captured run of each program comes to: `ok`, or the kind of its failure. */
const clis: Readonly<Record<string, { readonly create: () => AgentReader; readonly expected: Expected }>> = {
  claude: {
    create: createClaudeReader,
    expected: {
      'auth-401': 'authentication',
      budget: 'budget',
      'claude-limit-seven-day': 'limit',
      'claude-limit-warning': 'ok',
      credit: 'billing',
      'disconnect-forever': 'overloaded',
      'json-format': 'ok',
      'max-turns': 'turns',
      'model-404': 'launch',
      'no-auth': 'authentication',
      'overloaded-forever': 'overloaded',
      'overloaded-then-ok': 'ok',
      'permission-default': 'permission',
      'rate-429-forever': 'overloaded',
      'slow-sigterm': 'crash',
      'success-text': 'ok',
      'success-tool': 'ok',
      thinking: 'ok',
      'tool-fails': 'ok',
      'two-tools': 'ok',
      'usage-limit': 'limit',
      'usage-limit-weekly': 'limit',
    },
  },
  codex: {
    create: createCodexReader,
    expected: {
      'auth-401': 'authentication',
      budget: 'crash',
      credit: 'billing',
      'disconnect-forever': 'overloaded',
      'json-format': 'ok',
      'max-turns': 'crash',
      'model-404': 'launch',
      'no-auth': 'authentication',
      'overloaded-forever': 'overloaded',
      'overloaded-then-ok': 'ok',
      'permission-default': 'permission',
      'rate-429-forever': 'overloaded',
      'slow-sigterm': 'crash',
      'success-text': 'ok',
      'success-tool': 'ok',
      thinking: 'ok',
      'tool-fails': 'ok',
      'two-tools': 'ok',
      'usage-limit': 'limit',
      'usage-limit-weekly': 'limit',
    },
  },
  gemini: {
    create: createGeminiReader,
    expected: {
      'auth-401': 'authentication',
      budget: 'turns',
      credit: 'billing',
      'disconnect-forever': 'overloaded',
      'json-format': 'ok',
      'max-turns': 'turns',
      'model-404': 'launch',
      'no-auth': 'authentication',
      'overloaded-forever': 'overloaded',
      'overloaded-then-ok': 'ok',
      'permission-default': 'ok',
      'rate-429-forever': 'overloaded',
      'slow-sigterm': 'crash',
      'success-text': 'ok',
      'success-tool': 'ok',
      thinking: 'ok',
      'tool-fails': 'ok',
      'two-tools': 'ok',
      'usage-limit': 'limit',
      'usage-limit-weekly': 'limit',
    },
  },
  opencode: {
    create: createOpencodeReader,
    expected: {
      'auth-401': 'authentication',
      budget: 'crash',
      credit: 'billing',
      'disconnect-forever': 'overloaded',
      'json-format': 'ok',
      'max-turns': 'crash',
      'model-404': 'launch',
      'no-auth': 'ok',
      'overloaded-forever': 'overloaded',
      'overloaded-then-ok': 'ok',
      'permission-default': 'ok',
      'rate-429-forever': 'overloaded',
      'slow-sigterm': 'crash',
      'success-text': 'ok',
      'success-tool': 'ok',
      thinking: 'ok',
      'tool-fails': 'ok',
      'two-tools': 'ok',
      'usage-limit': 'limit',
      'usage-limit-weekly': 'limit',
    },
  },
}

describe.each(Object.entries(clis))('what %s printed', (cli, { create, expected }) => {
  test.each(Object.entries(expected))('in the run %s is judged %s', (scenario, verdict) => {
    const { result } = replay(create(), `${cli}/${scenario}`)
    expect(result.ok ? 'ok' : result.kind).toBe(verdict)
    expect(result.ok ? result.summary : result.reason).toMatch(/\S/)
  })

  test('was looked at in every captured run', () => {
    expect(readdirSync(`test/fixtures/agents/${cli}`).sort()).toEqual(Object.keys(expected).sort())
  })

  test('counts for nothing once the attempt was ended by us', () => {
    expect(replay(create(), `${cli}/success-tool`, 'timeout').result).toMatchObject({
      ok: false,
      kind: 'timeout',
    })
    expect(replay(create(), `${cli}/success-tool`, 'stopped').result).toMatchObject({
      ok: false,
      kind: 'stopped',
    })
  })

  test('is taken where the supervisor died after the agent had ended well, and only there', () => {
    expect(replay(create(), `${cli}/success-tool`, 'nobody-knows').result.ok).toBe(true)
    expect(replay(create(), `${cli}/slow-sigterm`, 'nobody-knows').result).toMatchObject({
      kind: 'interrupted',
    })
  })

  test('by an older version, in plain text, is judged by its exit status, and its usage is unknown', () => {
    const plain = create()
    plain.read('stdout', 'I fixed the rate limit of the login. 429 is no longer returned.')
    expect(plain.end({ code: 0, signal: null, endedBy: 'itself' }, new Date())).toMatchObject({ ok: true })
    expect(plain.usage()).toBeNull()
    const failed = create()
    failed.read('stderr', 'Segmentation fault')
    expect(failed.end({ code: 139, signal: null, endedBy: 'itself' }, new Date())).toMatchObject({
      kind: 'crash',
    })
  })

  test('that said nothing at all is no success, whatever its exit status', () => {
    const silent = create()
    silent.read('stdout', '')
    expect(silent.end({ code: 0, signal: null, endedBy: 'itself' }, new Date())).toEqual({
      ok: false,
      kind: 'crash',
      reason: 'it ended without a word',
    })
  })

  test('and may contain, of anything unknown, does no harm', () => {
    const reader = create()
    for (const line of ['{"type":"new.thing","x":[1]}', '{"type":', '[]', 'null', '{}', '\u0000\u001b[31m']) {
      expect(() => reader.read('stdout', line)).not.toThrow()
    }
  })
})

describe('usage', () => {
  test.each([
    ['claude', 'success-tool', { 'claude-sonnet-5-5': tokens(2400, 170, 1800, 600) }, 0.00818, 'cli'],
    ['claude', 'max-turns', { 'claude-sonnet-5-5': tokens(2400, 170, 1800, 600) }, 0.00818, 'cli'],
    ['claude', 'budget', { 'claude-sonnet-5-5': tokens(6000, 425, 4500, 1500) }, 0.02045, 'cli'],
    ['claude', 'json-format', { 'claude-sonnet-5-5': tokens(2400, 170, 1800, 600) }, 0.00818, 'cli'],
    ['codex', 'success-tool', { codex: tokens(1800, 170, 1800, 600) }, null, 'unknown'],
    ['codex', 'thinking', { codex: tokens(1800, 210, 1800, 600, 40) }, null, 'unknown'],
    ['gemini', 'success-tool', { 'gemini-2.5-pro': tokens(2400, 170, 1800) }, null, 'unknown'],
    ['gemini', 'thinking', { 'gemini-2.5-pro': tokens(2400, 210, 1800, 0, 40) }, null, 'unknown'],
    ['opencode', 'success-tool', { opencode: tokens(2400, 170, 1800) }, 0.01029, 'cli'],
    ['opencode', 'thinking', { opencode: tokens(2400, 210, 1800, 0, 40) }, 0.01089, 'cli'],
  ] as const)('of %s in the run %s is told to the token', (cli, scenario, models, costUsd, costSource) => {
    const reader = clis[cli]?.create() as AgentReader
    replay(reader, `${cli}/${scenario}`)
    expect(reader.usage()).toEqual({ models, costUsd, costSource })
  })

  test('of a claude that was cut off is what its messages told, without counting a message twice', () => {
    const reader = createClaudeReader()
    const message = (text: string, output: number) =>
      JSON.stringify({
        type: 'assistant',
        message: {
          id: 'msg_1',
          model: 'claude-sonnet-5-5',
          content: [{ type: 'text', text }],
          usage: { input_tokens: 1200, output_tokens: output, cache_read_input_tokens: 900 },
        },
      })
    reader.read('stdout', message('one block', 1))
    reader.read('stdout', message('another block of the same message', 7))
    expect(reader.usage()).toEqual({
      models: { 'claude-sonnet-5-5': tokens(1200, 7, 900) },
      costUsd: null,
      costSource: 'unknown',
    })
  })
})

describe('limits', () => {
  test.each([
    ['claude/usage-limit', '2026-11-23T08:38:07.000Z'],
    ['claude/usage-limit-weekly', '2026-11-27T05:38:11.000Z'],
    ['claude/claude-limit-seven-day', '2026-11-24T08:49:45.000Z'],
    ['opencode/usage-limit', '2026-11-23T09:09:17.000Z'],
  ])('of %s end at %s', (scenario, end) => {
    const [cli = ''] = scenario.split('/')
    const { result } = replay(clis[cli]?.create() as AgentReader, scenario)
    expect(result).toMatchObject({ kind: 'limit', resetsAt: new Date(end) })
  })
})

describe('activities', () => {
  test('of a run are what a person would want to see', () => {
    const { activities } = replay(createClaudeReader(), 'claude/success-tool')
    expect(activities).toEqual([
      { kind: 'text', text: 'I will create the file.' },
      { kind: 'tool', name: 'Write', detail: '/home/dev/repo/hello.txt' },
      { kind: 'text', text: 'Created hello.txt.' },
    ])
  })

  test('of gemini are whole lines, though it prints pieces', () => {
    const { activities } = replay(createGeminiReader(), 'gemini/success-tool')
    expect(activities.filter(({ kind }) => kind === 'text')).toEqual([
      { kind: 'text', text: 'I will create the file.' },
      { kind: 'text', text: 'Created hello.txt.' },
    ])
  })
})
