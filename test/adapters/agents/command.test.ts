import { expect, test } from 'vitest'
import { commandAgent } from '../../../src/adapters/agents/command.ts'
import type { AgentExit } from '../../../src/ports/agent.ts'

const task = {
  cwd: '/project',
  model: null,
  allowanceUsd: null,
  promptFile: '/project/prompt.md',
  prompt: () => 'Do $& it.',
}
const given = { name: 'mine', file: '/opt/mine', args: ['-v'], promptAs: 'stdin' } as const
const exited = (code: number | null, signal: string | null = null): AgentExit => ({
  code,
  signal,
  endedBy: 'itself',
})
const now = new Date('2026-11-23T06:10:00Z')

/** What a program that printed this has used. */
function usedBy(printed: string) {
  const reader = commandAgent(given).reader()
  for (const line of printed.split('\n')) reader.read('stdout', line)
  return reader.usage()
}

test.each([
  ['on standard input', { ...given }, ['-v'], 'prompt'],
  ['as the last argument', { ...given, promptAs: 'argument' }, ['-v', 'Do $& it.'], 'nothing'],
  ['in its place', { ...given, args: ['--say={prompt}', '-x'] }, ['--say=Do $& it.', '-x'], 'nothing'],
  ['as a file', { ...given, args: ['{promptFile}'] }, ['/project/prompt.md'], 'nothing'],
] as const)('the prompt arrives %s', async (_, options, args, stdin) => {
  expect(await commandAgent(options).launch(task)).toEqual({ file: '/opt/mine', args, env: {}, stdin })
})

test('a prompt that no argument can hold is refused, with what to do instead', async () => {
  const long = { ...task, prompt: () => 'é'.repeat(65_536) }
  await expect(commandAgent({ ...given, promptAs: 'argument' }).launch(long)).rejects.toMatchObject({
    code: 'invalid',
    message: 'the prompt has 131072 bytes, more than an argument can hold',
    hint: expect.stringContaining('stdin'),
  })
  await expect(commandAgent(given).launch(long)).resolves.toMatchObject({ stdin: 'prompt' })
})

test('its output is the answer itself, and its exit status decides', () => {
  const agent = commandAgent(given)
  expect(agent.structured).toBe(false)
  const reader = agent.reader()
  expect(reader.read('stdout', 'All done: the rate limit (429) is handled.')).toEqual([
    { kind: 'text', text: 'All done: the rate limit (429) is handled.' },
  ])
  reader.read('stderr', 'error: no')
  reader.read('stdout', '')
  expect(reader.end(exited(0), now)).toEqual({
    ok: true,
    summary: 'All done: the rate limit (429) is handled.',
  })
  expect(reader.end(exited(3), now)).toEqual({
    ok: false,
    kind: 'crash',
    reason: 'it exited with 3: error: no',
  })
  expect(reader.end(exited(null, 'SIGSEGV'), now)).toMatchObject({
    kind: 'crash',
    reason: 'it was ended by SIGSEGV: error: no',
  })
})

test.each([
  ['timeout', 'timeout'],
  ['output', 'output'],
  ['stopped', 'stopped'],
  ['nobody-knows', 'interrupted'],
  ['launch', 'launch'],
] as const)('ended by %s it has failed, whatever its exit status', (endedBy, kind) => {
  const end = commandAgent(given).reader().end({ code: 0, signal: null, endedBy }, now)
  expect(end).toMatchObject({ ok: false, kind })
})

test('of a long last word the first 500 characters are kept', () => {
  const reader = commandAgent(given).reader()
  reader.read('stdout', 'x'.repeat(1000))
  expect(reader.end(exited(0), now)).toEqual({ ok: true, summary: 'x'.repeat(500) })
  expect(reader.end(exited(3), now)).toMatchObject({ reason: `it exited with 3: ${'x'.repeat(482)}` })
})

test('why it could not be started is the reason', () => {
  const exit: AgentExit = { code: null, signal: null, endedBy: 'launch', problem: 'spawn /opt/mine EACCES' }
  expect(commandAgent(given).reader().end(exit, now)).toMatchObject({ reason: 'spawn /opt/mine EACCES' })
})

test.each([
  ['Tokens: 1,200 input, 85 output', 1200, 85],
  ['Usage: 12 prompt tokens, 34 completion tokens', 12, 34],
  ['{"usage":{"cache_creation_input_tokens":300,"input_tokens":1200,"output_tokens":85}}', 1200, 85],
  ['{"input_tokens":36,"input_tokens_details":{"cached_tokens":0},"output_tokens":87}', 36, 87],
  ['{\n  "output_tokens": 6,\n  "input_tokens": 5\n}', 5, 6],
  ['Tokens: 1 input, 2 output\nmore\nTokens: 3 input, 4 output\nbye', 3, 4],
])('%s is usage; dollars are not told', (printed, input, output) => {
  expect(usedBy(printed)).toEqual({
    models: { unknown: { input, output, cacheRead: 0, cacheWrite: 0, reasoning: 0 } },
    costUsd: null,
    costSource: 'unknown',
  })
})

test('usage is unknown where nothing is told, or only long before the end', () => {
  expect(usedBy('Done.')).toBeNull()
  expect(usedBy(`Tokens: 1 input, 2 output\n${'x'.repeat(5000)}`)).toBeNull()
})

test('a count that makes no sense counts as nothing', () => {
  expect(usedBy(`Tokens: ${'9'.repeat(400)} input, 2 output`)?.models.unknown).toMatchObject({
    input: 0,
    output: 2,
  })
})
