import { chmodSync, lstatSync, readdirSync, readFileSync, statSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { replaceFile } from '../../../src/config/init/replace-file.ts'
import { project } from '../project.ts'

test('a file that is not there is made, and nothing is left beside it', async () => {
  const root = project({})
  await replaceFile(join(root, 'a'), 'new')
  expect([readdirSync(root), readFileSync(join(root, 'a'), 'utf8')]).toEqual([['a'], 'new'])
})

test('rights and a link stay as they were', async () => {
  const root = project({ real: 'old' })
  chmodSync(join(root, 'real'), 0o600)
  symlinkSync('real', join(root, 'link'))
  await replaceFile(join(root, 'link'), 'new')
  expect(lstatSync(join(root, 'link')).isSymbolicLink()).toBe(true)
  expect(readFileSync(join(root, 'real'), 'utf8')).toBe('new')
  expect(statSync(join(root, 'real')).mode & 0o777).toBe(0o600)
})

test('what cannot be replaced leaves no draft', async () => {
  const root = project({ 'folder/file': '' })
  await expect(replaceFile(join(root, 'folder'), 'new')).rejects.toMatchObject({ code: 'EISDIR' })
  expect(readdirSync(root)).toEqual(['folder'])
})
