import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { createGitWorkspace } from '../../../src/adapters/git/workspace.ts'
import { tempFolder } from '../../support/temp.ts'

function repository() {
  const root = tempFolder()
  const git = (...words: readonly string[]): string =>
    execFileSync('git', ['-c', 'user.name=me', '-c', 'user.email=me@here', ...words], {
      cwd: root,
      encoding: 'utf8',
    })
  const write = (path: string, text: string): void => writeFileSync(join(root, path), text)
  git('init', '--quiet')
  write('kept.txt', 'one\ntwo\n')
  write('.gitignore', 'ignored.txt\n')
  git('add', '--all')
  git('commit', '--quiet', '--message', 'first')
  const stateDir = join(root, '.loopwork-state')
  mkdirSync(stateDir)
  const workspace = createGitWorkspace({ root, stateDir, env: process.env })
  return { root, stateDir, git, write, workspace, key: (name: string) => join(stateDir, name) }
}

const objectsIn = (root: string) =>
  readdirSync(join(root, '.git/objects'), { recursive: true, encoding: 'utf8' }).sort()

test('what an attempt changes is told, committed or not, and nothing that was there before', async () => {
  const { root, stateDir, git, write, workspace, key } = repository()
  write('before.txt', 'of the user\n')
  const objects = objectsIn(root)
  await workspace.remember(key('a'))
  expect(objectsIn(root)).toEqual(objects) // the repository is left as it is
  write('kept.txt', 'one\nTWO\n')
  git('commit', '--quiet', '--all', '--message', 'by the agent')
  write('new.txt', 'fresh\n')
  write('ignored.txt', 'build\n')
  write('.loopwork-state/log.txt', 'ours\n')
  const [status, committed] = [git('status', '--porcelain'), objectsIn(root)]
  const patch = await workspace.changesSince(key('a'))
  expect(patch).toContain('2 files changed')
  expect(patch).toContain('-two\n+TWO')
  expect(patch).toContain('+fresh')
  expect(patch).not.toMatch(/of the user|ignored|ours/)
  expect(git('status', '--porcelain')).toBe(status)
  expect(objectsIn(root)).toEqual(committed)
  expect(readdirSync(stateDir)).toEqual(['log.txt'])
})

test.skipIf(process.platform === 'win32')(
  'outside of a repository no git is run, and one that is made meanwhile is found',
  async () => {
    const root = tempFolder()
    const bin = tempFolder()
    writeFileSync(join(bin, 'git'), `#!/bin/sh\n: > '${bin}/was-run'\nexit 1\n`, { mode: 0o755 })
    const workspace = createGitWorkspace({ root, stateDir: join(root, 'state'), env: { PATH: bin } })
    await workspace.remember(join(root, 'state/a'))
    expect(await workspace.changesSince(join(root, 'state/a'))).toBe(null)
    expect(existsSync(join(bin, 'was-run'))).toBe(false)
    mkdirSync(join(root, '.git'))
    await workspace.remember(join(root, 'state/b'))
    expect(existsSync(join(bin, 'was-run'))).toBe(true)
  },
)

test('an attempt that was not remembered has no patch, and one that changes nothing says so', async () => {
  const { workspace, key } = repository()
  await workspace.remember(key('a'))
  expect(await workspace.changesSince(key('b'))).toBe(null)
  await workspace.remember(key('b'))
  expect(await workspace.changesSince(key('b'))).toBe('No file has changed.\n')
})

test('attempts that overlap are each told what has changed since they began', async () => {
  const { write, workspace, key } = repository()
  await workspace.remember(key('a'))
  write('first.txt', 'first\n')
  await workspace.remember(key('b'))
  write('second.txt', 'second\n')
  const [a, b] = await Promise.all([workspace.changesSince(key('a')), workspace.changesSince(key('b'))])
  expect(a).toContain('+first')
  expect(a).toContain('+second')
  expect(b).not.toContain('+first')
  expect(b).toContain('+second')
})

test('files that come and go while one looks do not keep the others from being told', async () => {
  const { root, write, workspace, key } = repository()
  const churn = `const fs = require('node:fs')
    for (;;) for (let nth = 0; nth < 300; nth += 1) {
      fs.writeFileSync('passing-' + nth, 'x')
      if (nth > 0) fs.rmSync('passing-' + (nth - 1), { force: true })
    }`
  const passing = spawn(process.execPath, ['-e', churn], { cwd: root, stdio: 'ignore' })
  onTestFinished(() => void passing.kill('SIGKILL'))
  await expect.poll(() => readdirSync(root).some((name) => name.startsWith('passing'))).toBe(true)
  for (const name of ['a', 'b', 'c', 'd']) {
    await workspace.remember(key(name))
    write('kept.txt', `by ${name}\n`)
    expect(await workspace.changesSince(key(name))).toContain(`+by ${name}`)
  }
})

test('a patch is of bounded length', async () => {
  const { write, workspace, key } = repository()
  await workspace.remember(key('a'))
  write('long.txt', 'x'.repeat(79).concat('\n').repeat(50_000))
  const patch = (await workspace.changesSince(key('a'))) ?? ''
  expect(patch.length).toBeLessThan(2.2e6)
  expect(patch.slice(-60)).toContain('the rest is left out')
})

test('only the project is looked at where it is a part of the repository', async () => {
  const { root, write, key } = repository()
  mkdirSync(join(root, 'part'))
  const part = createGitWorkspace({
    root: join(root, 'part'),
    stateDir: join(root, 'part/.loopwork-state'),
    env: process.env,
  })
  await part.remember(key('a'))
  write('elsewhere.txt', 'of another project\n')
  write('part/here.txt', 'here\n')
  const patch = await part.changesSince(key('a'))
  expect(patch).toContain('+here')
  expect(patch).not.toContain('elsewhere')
})

test('without a repository nothing is remembered, and what git cannot do is told', async () => {
  const root = tempFolder()
  const workspace = createGitWorkspace({ root, stateDir: join(root, 'state'), env: process.env })
  await workspace.remember(join(root, 'a'))
  expect(await workspace.changesSince(join(root, 'a'))).toBe(null)

  const broken = repository()
  await broken.workspace.remember(broken.key('a'))
  rmSync(join(broken.root, '.git/index'))
  mkdirSync(join(broken.root, '.git/index'))
  expect(await broken.workspace.changesSince(broken.key('a'))).toMatch(/cannot be told: /)
})
