import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { buffer, text } from 'node:stream/consumers'
import { expect, onTestFinished, test, vi } from 'vitest'
import { createClaudeReader } from '../../../src/adapters/agents/claude-reader.ts'
import { captured } from '../../support/replay.ts'
import { tempFolder } from '../../support/temp.ts'

/** One of the programs that stand in for agents, gone when the test is over. */
function start(name: string, args: readonly string[] = [], env: Readonly<Record<string, string>> = {}) {
  const child = spawn(process.execPath, [join('test/fixtures/programs', name), ...args], {
    env: { PATH: process.env.PATH ?? '', ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  child.stdin.end('Do it.')
  return child
}

const exitOf = async (child: ChildProcess) => {
  const [code, signal] = await once(child, 'exit')
  return { code, signal }
}

/** How Claude Code's reader judges what the stand-in printed. */
async function judged(env: Readonly<Record<string, string>>) {
  const child = start('fake-claude.mjs', ['-p', '--verbose'], env)
  const [exit, printed] = await Promise.all([exitOf(child), text(child.stdout)])
  const reader = createClaudeReader()
  for (const line of printed.split('\n')) reader.read('stdout', line)
  return reader.end({ ...exit, endedBy: 'itself' }, captured)
}

test('the stand-in for Claude Code replays a run by task and attempt, or the one that is named', async () => {
  const plan = join(tempFolder(), 'plan.json')
  writeFileSync(plan, JSON.stringify({ 'TASK-001': 'credit', 'TASK-002': ['max-turns', 'success-tool'] }))
  const by = (task: string, attempt: string) =>
    judged({ FAKE_CLAUDE_PLAN: plan, LOOPWORK_TASK_ID: task, LOOPWORK_ATTEMPT: attempt })
  expect(await judged({})).toMatchObject({ ok: true })
  expect(await by('TASK-001', '1')).toMatchObject({ kind: 'billing' })
  expect(await by('TASK-002', '1')).toMatchObject({ kind: 'turns' })
  expect(await by('TASK-002', '2')).toMatchObject({ ok: true })
  const named = { FAKE_CLAUDE_SCENARIO: 'test/fixtures/agents/claude/auth-401', FAKE_CLAUDE_DELAY_MS: '1' }
  expect(await judged(named)).toMatchObject({ kind: 'authentication' })
})

test('one succeeds and one fails, with what they say', async () => {
  const good = start('succeeds.mjs')
  expect(await Promise.all([exitOf(good), text(good.stdout)])).toEqual([
    { code: 0, signal: null },
    'done with 6 bytes\n',
  ])
  const bad = start('fails.mjs')
  expect(await Promise.all([exitOf(bad), text(bad.stderr)])).toEqual([
    { code: 3, signal: null },
    'it cannot be done\n',
  ])
})

test('one prints bytes that are no text', async () => {
  const printed = await buffer(start('invalid-utf8.mjs').stdout)
  expect(() => new TextDecoder('utf-8', { fatal: true }).decode(printed)).toThrow()
  expect(printed.toString('latin1')).toMatch(/^before\n.*\nafter$/s)
})

test('one prints until nobody reads on', async () => {
  const child = start('floods.mjs')
  let seen = 0
  for await (const chunk of child.stdout) {
    seen += chunk.length
    if (seen > 1_000_000) break
  }
  expect(await exitOf(child)).toEqual({ code: 1, signal: null })
})

test('one hangs until it is ended, another until it is killed', async () => {
  const meek = start('hangs.mjs')
  await once(meek.stdout, 'data')
  meek.kill('SIGTERM')
  expect(await exitOf(meek)).toEqual({ code: null, signal: 'SIGTERM' })

  const stubborn = start('ignores-sigterm.mjs')
  await once(stubborn.stdout, 'data')
  stubborn.kill('SIGTERM')
  expect(String((await once(stubborn.stdout, 'data'))[0])).toBe('ignored\n')
  stubborn.kill('SIGKILL')
  expect(await exitOf(stubborn)).toEqual({ code: null, signal: 'SIGKILL' })
})

test('one leaves a grandchild in a session of its own, which outlives it', async () => {
  const file = join(tempFolder(), 'pid')
  const child = start('leaves-grandchild.mjs', [file])
  await vi.waitUntil(() => existsSync(file) && readFileSync(file, 'utf8') !== '', 10_000)
  const pid = Number(readFileSync(file, 'utf8'))
  onTestFinished(() => {
    process.kill(pid, 'SIGKILL')
  })
  child.kill('SIGKILL')
  await exitOf(child)
  expect(pid).not.toBe(child.pid)
  expect(process.kill(pid, 0)).toBe(true)
})
