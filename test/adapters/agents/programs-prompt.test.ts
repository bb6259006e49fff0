import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { finished } from 'node:stream/promises'
import { expect, onTestFinished, test } from 'vitest'

/** More than a pipe holds: it can only be written to its end where it is read. */
const prompt = Buffer.alloc(1_000_000, 'Do it. ')

/** A program that stands in for an agent, and has been given its whole prompt. */
async function prompted(name: string) {
  const program = join('test/fixtures/programs', name)
  const child = spawn(process.execPath, [program], { stdio: 'pipe' })
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  const exit = once(child, 'exit')
  child.stdin.end(prompt)
  await finished(child.stdin)
  return { child, exit }
}

test.each(['succeeds.mjs', 'fails.mjs', 'invalid-utf8.mjs'])(
  '%s reads its prompt to the end',
  async (name) => {
    const { child, exit } = await prompted(name)
    const [printed, [code]] = await Promise.all([buffer(child.stdout), exit, buffer(child.stderr)])
    expect(code).toBe(name === 'fails.mjs' ? 3 : 0)
    expect(printed.length > 0).toBe(name !== 'fails.mjs')
  },
)

test.each(['floods.mjs', 'ignores-sigterm.mjs'])('%s prints when it has read its prompt', async (name) => {
  const { child } = await prompted(name)
  const [printed] = await once(child.stdout, 'data')
  expect(String(printed)).toMatch(/^(flood|begun)/)
})
