import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { expect, test } from 'vitest'
import { createLocator } from '../../../src/adapters/agents/locate.ts'
import { tempFolder } from '../../support/temp.ts'

/** A file in a temporary folder, and its path. */
function place(folder: string, name: string, mode = 0o755): string {
  const path = join(folder, name)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, '#!/bin/sh\n')
  chmodSync(path, mode)
  return path
}

test('the first on the PATH is taken: neither a folder nor a file that cannot be run is one', async () => {
  const home = tempFolder()
  mkdirSync(join(home, 'a/claude'), { recursive: true })
  place(home, 'b/claude', 0o644)
  const right = place(home, 'c/claude')
  place(home, 'd/claude')
  const path = ['', 'a', 'b', 'c', 'd'].map((name) => name && join(home, name)).join(':')
  expect(await createLocator({ env: { PATH: path }, home })('claude')).toBe(right)
})

test.each(['.local/bin', '.npm/bin', '.opencode/bin'])('~/%s is searched after the PATH', async (folder) => {
  const home = tempFolder()
  const atHome = place(home, `${folder}/opencode`)
  const locate = createLocator({ env: { PATH: join(home, 'bin') }, home })
  expect(await locate('opencode')).toBe(atHome)
  const onPath = place(home, 'bin/opencode')
  expect(await locate('opencode')).toBe(onPath)
})

test('the variable goes before the configuration, and that before the PATH', async () => {
  const home = tempFolder()
  const onPath = place(home, 'bin/claude')
  const configured = place(home, 'configured')
  const named = place(home, 'named')
  const env = { PATH: join(home, 'bin') }
  const cliPaths = { claude: configured }
  expect(await createLocator({ env, home })('claude')).toBe(onPath)
  expect(await createLocator({ env, cliPaths, home })('claude')).toBe(configured)
  const both = { ...env, LOOPWORK_CLAUDE_PATH: named }
  expect(await createLocator({ env: both, cliPaths, home })('claude')).toBe(named)
  const empty = { ...env, LOOPWORK_CLAUDE_PATH: '' }
  expect(await createLocator({ env: empty, cliPaths, home })('claude')).toBe(configured)
})

test('a setting may be a bare name, start at home, or be relative; what is found is absolute', async () => {
  const home = tempFolder()
  const program = place(home, 'bin/claude-next')
  const locate = (claude: string) =>
    createLocator({ env: { PATH: relative(process.cwd(), join(home, 'bin')) }, cliPaths: { claude }, home })
  for (const said of ['claude-next', '~/bin/claude-next', relative(process.cwd(), program)]) {
    expect(await locate(said)('claude')).toBe(program)
  }
})

test.each([
  ['a file that cannot be run', 'plain.txt'],
  ['nothing', 'missing'],
  ['a folder', '.'],
])('a setting that names %s is invalid, and named', async (_, name) => {
  const home = tempFolder()
  place(home, 'plain.txt', 0o644)
  const onPath = place(home, 'bin/claude')
  const env = { PATH: dirname(onPath) }
  const wrong = join(home, name)
  await expect(
    createLocator({ env: { ...env, LOOPWORK_CLAUDE_PATH: wrong }, home })('claude'),
  ).rejects.toMatchObject({
    code: 'invalid',
    message: `LOOPWORK_CLAUDE_PATH: ${wrong} is not a program that can be run`,
  })
  await expect(createLocator({ env, cliPaths: { claude: wrong }, home })('claude')).rejects.toMatchObject({
    code: 'invalid',
    message: `cliPaths.claude: ${wrong} is not a program that can be run`,
  })
})

test('a program that is nowhere is unavailable, with how to name it', async () => {
  const locate = createLocator({ env: { PATH: '' }, home: tempFolder() })
  await expect(locate('my-agent.sh')).rejects.toMatchObject({
    code: 'unavailable',
    message: 'my-agent.sh was not found on the PATH',
    hint: 'Install it, or set LOOPWORK_MY_AGENT_SH_PATH to where it is.',
  })
})

/** These two are searched whatever the PATH says, and are not ours to empty. */
const isInstalled = ['/usr/local/bin', '/opt/homebrew/bin'].some((folder) =>
  existsSync(join(folder, 'codex')),
)

test.skipIf(isInstalled)('of one that is known it is said how to install it', async () => {
  const locate = createLocator({ env: {}, home: tempFolder() })
  await expect(locate('codex')).rejects.toMatchObject({
    code: 'unavailable',
    hint: 'Install it with `npm install -g @openai/codex`, or set LOOPWORK_CODEX_PATH to where it is.',
  })
})
