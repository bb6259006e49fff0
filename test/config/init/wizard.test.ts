import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { defaultPlan } from '../../../src/config/init/plan.ts'
import { askInit } from '../../../src/config/init/wizard.ts'
import { project } from '../project.ts'

const enter = '\r'
const down = '\u001b[B'
const leave = '\u0003'

/** Answers each question, once it is asked, with the keys for it. */
function answering(replies: readonly (readonly [question: string, ...keys: string[]])[]) {
  const input = new PassThrough()
  const output = new PassThrough()
  const open = [...replies]
  let shown = ''
  output.on('data', (chunk) => {
    shown += String(chunk)
    const [next] = open
    if (!next || !shown.includes(next[0])) return
    open.shift()
    shown = ''
    setImmediate(() => {
      for (const key of next.slice(1)) input.write(key)
    })
  })
  return { terminal: { input, output }, open }
}

test('someone who agrees to everything gets the defaults', async () => {
  const { terminal, open } = answering([
    ['Where do tasks', enter],
    ['Which AI', enter],
    ['In which folder', enter],
    ['Track costs', enter],
    ['How many dollars', enter],
    ['Telegram', enter],
    ['Discord', enter],
    ['templates', enter],
    ['.gitignore', enter],
    ['README', enter],
  ])
  expect(await askInit(project({}), terminal)).toEqual(defaultPlan)
  expect(open).toEqual([])
})

test('every answer counts', async () => {
  const { terminal, open } = answering([
    ['Where do tasks', down, down, enter],
    ['Which AI', down, down, down, enter],
    ['Which repository', 'me/mine', enter],
    ['Track costs', `n`],
    ['Telegram', `y`],
    ['Discord', `y`],
    ['Replace it', `y`],
    ['templates', `n`],
    ['.gitignore', `n`],
  ])
  const root = project({ 'loopwork.config.js': '', 'README.md': '' })
  expect(await askInit(root, terminal)).toEqual({
    backend: { kind: 'github', repo: 'me/mine' },
    cli: 'codex',
    dailyBudgetUsd: null,
    telegram: true,
    discord: true,
    overwriteConfig: true,
    templates: false,
    gitignore: false,
    readme: false,
  })
  expect(open).toEqual([])
})

test('a folder outside the project is asked for again', async () => {
  const { terminal } = answering([
    ['Where do tasks', enter],
    ['Which AI', enter],
    ['In which folder', '../x', enter],
    ['in this project, please', ...Array<string>(4).fill('\u007f'), 'plans/', enter],
    ['Track costs', 'n'],
    ['Telegram', 'n'],
    ['Discord', 'n'],
    ['templates', 'n'],
    ['.gitignore', 'n'],
    ['README', 'n'],
  ])
  expect((await askInit(project({}), terminal))?.backend).toEqual({ kind: 'json', tasksDir: 'plans' })
})

test('someone who leaves, or keeps their configuration, gets no plan', async () => {
  const leaving = answering([
    ['Where do tasks', enter],
    ['Which AI', leave],
  ])
  expect(await askInit(project({}), leaving.terminal)).toBeNull()
  const keeping = answering([
    ['Where do tasks', enter],
    ['Which AI', enter],
    ['In which folder', enter],
    ['Track costs', 'n'],
    ['Telegram', 'n'],
    ['Discord', 'n'],
    ['Replace it', enter],
  ])
  expect(await askInit(project({ 'loopwork.config.ts': '' }), keeping.terminal)).toBeNull()
})
