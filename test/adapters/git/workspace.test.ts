import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
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
  return { root, stateDir, git, write, workspace }
}

const objectsIn = (root: string) =>
  readdirSync(join(root, '.git/objects'), { recursive: true, encoding: 'utf8' }).sort()

test('what an attempt changes is told, committed or not, and nothing that was there before', async () => {
  const { root, stateDir, git, write, workspace } = repository()
  write('before.txt', 'of the user\n')
  const objects = objectsIn(root)
  await workspace.remember('default', 'a')
  expect(objectsIn(root)).toEqual(objects) // the repository is left as it is
  write('kept.txt', 'one\nTWO\n')
  git('commit', '--quiet', '--all', '--message', 'by the agent')
  write('new.txt', 'fresh\n')
  write('ignored.txt', 'build\n')
  write('.loopwork-state/log.txt', 'ours\n')
  const [status, committed] = [git('status', '--porcelain'), objectsIn(root)]
  const patch = await workspace.changesSince('default', 'a')
  expect(patch).toContain('2 files changed')
  expect(patch).toContain('-two\n+TWO')
  expect(patch).toContain('+fresh')
  expect(patch).not.toMatch(/of the user|ignored|ours/)
  expect(git('status', '--porcelain')).toBe(status)
  expect(objectsIn(root)).toEqual(committed)
  expect(existsSync(join(stateDir, 'snapshots/default'))).toBe(false)
})

test('an attempt that was not remembered has no patch, and one that changes nothing says so', async () => {
  const { workspace } = repository()
  await workspace.remember('default', 'a')
  expect(await workspace.changesSince('default', 'b')).toBe(null)
  await workspace.remember('default', 'b')
  expect(await workspace.changesSince('default', 'b')).toBe('No file has changed.\n')
})

test('a patch is of bounded length', async () => {
  const { write, workspace } = repository()
  await workspace.remember('default', 'a')
  write('long.txt', 'x'.repeat(79).concat('\n').repeat(50_000))
  const patch = (await workspace.changesSince('default', 'a')) ?? ''
  expect(patch.length).toBeLessThan(2.2e6)
  expect(patch.slice(-60)).toContain('the rest is left out')
})

test('only the project is looked at where it is a part of the repository', async () => {
  const { root, write } = repository()
  mkdirSync(join(root, 'part'))
  const part = createGitWorkspace({
    root: join(root, 'part'),
    stateDir: join(root, 'part/.loopwork-state'),
    env: process.env,
  })
  await part.remember('default', 'a')
  write('elsewhere.txt', 'of another project\n')
  write('part/here.txt', 'here\n')
  const patch = await part.changesSince('default', 'a')
  expect(patch).toContain('+here')
  expect(patch).not.toContain('elsewhere')
})

test('without a repository nothing is remembered, and what git cannot do is told', async () => {
  const root = tempFolder()
  const workspace = createGitWorkspace({ root, stateDir: join(root, 'state'), env: process.env })
  await workspace.remember('default', 'a')
  expect(await workspace.changesSince('default', 'a')).toBe(null)

  const broken = repository()
  await broken.workspace.remember('default', 'a')
  rmSync(join(broken.root, '.git/index'))
  mkdirSync(join(broken.root, '.git/index'))
  expect(await broken.workspace.changesSince('default', 'a')).toMatch(/cannot be told: /)
})
