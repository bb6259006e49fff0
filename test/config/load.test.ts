import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { loadConfig } from '../../src/config/load.ts'
import { findProjectRoot } from '../../src/config/project-root.ts'
import { library, load, project, refusal } from './project.ts'

describe('the project root', () => {
  test('is where the nearest configuration is, even above a package.json', () => {
    const root = project({ 'loopwork.config.json': '{}', 'packages/app/package.json': '{}' })
    expect(findProjectRoot(join(root, 'packages/app'))).toBe(root)
  })

  test('is else where the nearest package.json or .git is', () => {
    const root = project({ 'package.json': '{}', 'src/deep/file': '' })
    expect(findProjectRoot(join(root, 'src/deep'))).toBe(root)
    mkdirSync(join(root, 'src/.git'))
    expect(findProjectRoot(join(root, 'src/deep'))).toBe(join(root, 'src'))
  })

  test('is else the folder itself', () => {
    const root = project({})
    expect(findProjectRoot(root)).toBe(root)
  })
})

describe('the forms of a configuration', () => {
  test.each([
    [
      'an object in TypeScript',
      'loopwork.config.ts',
      'const n: number = 7\nexport default { maxIterations: n }',
    ],
    [
      'an enum in TypeScript',
      'loopwork.config.mts',
      'enum N { a = 7 }\nexport default { maxIterations: N.a }',
    ],
    ['a promise', 'loopwork.config.mjs', 'export default Promise.resolve({ maxIterations: 7 })'],
    ['a function', 'loopwork.config.js', 'export default () => ({ maxIterations: 7 })'],
    ['an asynchronous function', 'loopwork.config.ts', 'export default async () => ({ maxIterations: 7 })'],
    [
      'a top-level await',
      'loopwork.config.ts',
      'const n = await Promise.resolve(7)\nexport default { maxIterations: n }',
    ],
    ['CommonJS', 'loopwork.config.js', 'module.exports = { maxIterations: 7 }'],
    ['JSON with comments', 'loopwork.config.json', '{\n// seven\n"maxIterations": 7,}'],
    [
      'defineConfigAsync',
      'loopwork.config.ts',
      "import { defineConfigAsync } from 'loopwork'\nexport default defineConfigAsync(async () => ({ maxIterations: 7 }))",
    ],
    [
      'wrappers that were never called',
      'loopwork.config.ts',
      "import { compose } from 'loopwork'\nexport default compose((config) => ({ ...config, maxIterations: 7 }))",
    ],
  ])('%s', async (_, name, content) => {
    const { config, warnings } = await load(content, name)
    expect(config.maxIterations).toBe(7)
    expect(warnings).toEqual([])
  })

  test('a file in TypeScript goes before the others', async () => {
    const projectRoot = project({
      'loopwork.config.ts': 'export default { maxIterations: 1 }',
      'loopwork.config.json': '{ "maxIterations": 2 }',
    })
    const { config, file } = await loadConfig({ projectRoot, env: {}, library })
    expect([config.maxIterations, file]).toEqual([1, join(projectRoot, 'loopwork.config.ts')])
  })

  test('none at all gives an empty configuration and no file', async () => {
    expect(await loadConfig({ projectRoot: project({}), env: {}, library })).toEqual({
      config: {},
      file: null,
      warnings: [],
    })
  })

  test('a change is seen when it is loaded again', async () => {
    const first = project({ 'loopwork.config.ts': 'export default { maxIterations: globalThis.turn }' })
    for (const turn of [3, 4]) {
      Reflect.set(globalThis, 'turn', turn)
      expect((await loadConfig({ projectRoot: first, env: {}, library })).config.maxIterations).toBe(turn)
    }
    Reflect.deleteProperty(globalThis, 'turn')
  })
})

describe('--config', () => {
  test('may name a file or a folder, seen from where it was typed', async () => {
    const cwd = project({
      'other/loopwork.config.json': '{ "maxIterations": 2 }',
      'mine.json': '{ "maxIterations": 3 }',
    })
    const projectRoot = project({ 'loopwork.config.json': '{ "maxIterations": 1 }' })
    const from = (configPath?: string) => loadConfig({ projectRoot, env: {}, library, cwd, configPath })
    expect((await from()).config.maxIterations).toBe(1)
    expect((await from('other')).config.maxIterations).toBe(2)
    expect((await from('mine.json')).config.maxIterations).toBe(3)
  })

  test('is refused where there is nothing', async () => {
    const projectRoot = project({ 'empty/file': '' })
    const from = (configPath: string) => loadConfig({ projectRoot, env: {}, library, configPath })
    await expect(from('nowhere.ts')).rejects.toMatchObject({
      code: 'invalid',
      message: '--config: there is no nowhere.ts',
    })
    await expect(from('empty')).rejects.toMatchObject({
      code: 'invalid',
      message: '--config: the folder empty holds no configuration',
    })
  })
})

describe('a configuration that cannot be run', () => {
  test.each([
    [
      'broken syntax',
      'export default {\n  cli: "claude"\n  model: "opus",\n}',
      /^loopwork\.config\.ts:3:\d+: .*[Uu]nexpected/,
    ],
    [
      'a package that is not there',
      "import x from 'no-such-thing'\nexport default x",
      /:1: it imports "no-such-thing", which cannot be found/,
    ],
    [
      'a file that is not there',
      "\nimport x from './gone.ts'\nexport default x",
      /:2: it imports ".*gone\.ts", which cannot be found/,
    ],
    [
      'an error of its own',
      "export default {}\nthrow new Error('no token')",
      /^loopwork\.config\.ts:2: no token$/,
    ],
    ['something thrown', "throw 'no'", /^loopwork\.config\.ts threw "no"$/],
    [
      'a wrapper that does not exist',
      "import { withTelegrm } from 'loopwork'\nexport default withTelegrm()({})",
      /:2: withTelegrm is not a function$/,
    ],
    ['no default export', 'export const config = {}', /^loopwork\.config\.ts has no default export$/],
    ['something else than an object', 'export default 7', /the default export gives 7, not an object$/],
    ['a function that fails', "export default async () => {\n  throw new Error('later')\n}", /:2: later$/],
  ])('%s', async (_, content, message) => {
    const failure = await refusal(content)
    expect(failure.code).toBe('invalid')
    expect(failure.message).toMatch(message)
    expect(failure.message).not.toMatch(/\n\s*at /)
    expect(failure.hint).toBeTruthy()
  })

  test('a mistyped wrapper is named as it was meant', async () => {
    const { hint } = await refusal("import { withTelegrm } from 'loopwork'\nexport default withTelegrm()({})")
    expect(hint).toBe('Did you mean withTelegram?')
  })

  test('broken JSON is shown with its place', async () => {
    const { code, message } = await refusal('{\n  "cli": claude\n}', 'loopwork.config.json')
    expect([code, message]).toEqual([
      'invalid',
      'loopwork.config.json:2:10: this is not JSON (invalid symbol)',
    ])
  })
})

test('what was used without an import is lent, with a warning, and taken back', async () => {
  const { config, warnings } = await load(
    "import { defineConfig } from 'loopwork'\nexport default compose(withTelegram({ chatId: '1' }))(defineConfig())",
  )
  expect(config.telegram).toEqual({ chatId: '1' })
  expect(warnings.map((warning) => warning.split(' ')[1])).toEqual(['compose', 'withTelegram'])
  expect(Reflect.has(globalThis, 'compose')).toBe(false)
})

test('a file of the project that is called like one of the old layout is used itself', async () => {
  const projectRoot = project({
    'src/backend-plugin.ts':
      'export const withJSONBackend = () => (config) => ({ ...config, feature: "mine" })',
    'loopwork.config.ts':
      "import { withJSONBackend } from './src/backend-plugin'\nexport default withJSONBackend()({})",
  })
  expect((await loadConfig({ projectRoot, env: {}, library })).config.feature).toBe('mine')
})

test('JSON may name a schema for the editor', async () => {
  const { config, warnings } = await load('{ "$schema": "x", "cli": "codex" }', 'loopwork.config.json')
  expect([config, warnings]).toEqual([{ cli: 'codex' }, []])
})
