import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { createClaudeReader } from '../../../src/adapters/agents/claude-reader.ts'
import { captured, replay } from '../../support/replay.ts'

describe('a captured run of claude', () => {
  test.each([
    ['success-text', [1200, 85, 900, 300, 0], 0.00409],
    ['success-tool', [2400, 170, 1800, 600, 0], 0.00818],
    ['two-tools', [2400, 170, 1800, 600, 0], 0.00818],
    ['thinking', [2400, 170, 1800, 600, 0], 0.00818],
    ['json-format', [2400, 170, 1800, 600, 0], 0.00818],
  ] as const)('%s has used so many tokens and dollars', (scenario, counts, costUsd) => {
    const one = createClaudeReader()
    expect(replay(one, `claude/${scenario}`).result.ok).toBe(true)
    const [input, output, cacheRead, cacheWrite, reasoning] = counts
    expect(one.usage()).toEqual({
      models: { 'claude-sonnet-5-5': { input, output, cacheRead, cacheWrite, reasoning } },
      costUsd,
      costSource: 'cli',
    })
  })

  test('that was refused before it began has cost nothing, which is not unknown', () => {
    const one = createClaudeReader()
    replay(one, 'claude/usage-limit')
    expect(one.usage()).toEqual({ models: {}, costUsd: 0, costSource: 'cli' })
  })

  test('that goes on with a session has the totals and the id of that session', () => {
    const one = createClaudeReader()
    const printed = readFileSync('test/fixtures/agents/resumed/claude/run1.stdout.txt', 'utf8')
    for (const line of printed.split('\n')) one.read('stdout', line)
    expect(one.end({ code: 0, signal: null, endedBy: 'itself' }, captured)).toEqual({
      ok: true,
      summary: 'Second answer.',
    })
    expect(one.session()).toBe('42c5bda7-96a1-464d-9c99-f52622ad0b41')
    expect(one.model()).toBe('claude-sonnet-5-5')
    expect(one.usage()).toEqual({
      models: {
        'claude-sonnet-5-5': { input: 3600, output: 255, cacheRead: 2700, cacheWrite: 900, reasoning: 0 },
      },
      costUsd: 0.01227,
      costSource: 'cli',
    })
  })

  test.each(['1e999', '-1', '"0.5"', 'null'])('costs of %s are unknown', (cost) => {
    const one = createClaudeReader()
    one.read(
      'stdout',
      `{"type":"result","is_error":false,"total_cost_usd":${cost},"usage":{"input_tokens":1e300}}`,
    )
    expect(one.usage()).toEqual({ models: {}, costUsd: null, costSource: 'unknown' })
  })

  test('read twice comes to the same', () => {
    const [one, other] = [createClaudeReader(), createClaudeReader()]
    expect(replay(one, 'claude/two-tools')).toEqual(replay(other, 'claude/two-tools'))
    expect(one.usage()).toEqual(other.usage())
  })
})
