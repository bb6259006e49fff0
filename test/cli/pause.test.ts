import { cpSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { assertCode, makeDaemonProject } from '../support/daemons.ts'
import { agentOf, backlogOf, configOf } from '../support/project.ts'

vi.setConfig({ testTimeout: 120_000 })

const waits = `setInterval(() => require('node:fs').existsSync('go') && process.exit(0), 20)`

const makeOne = (...ids: readonly string[]) =>
  makeDaemonProject({
    'loopwork.config.json': configOf(agentOf(waits)),
    'tasks.json': backlogOf(...['T-1', ...ids].map((id) => ({ id, title: id }))),
  })

test('a pause outlives its loop, is said by every start, and can be taken back while nothing runs', async () => {
  const one = makeOne()
  assertCode(await one.loopwork('start', '-d'), 0)
  assertCode(await one.loopwork('pause'), 0)
  assertCode(await one.loopwork('pause'), 0) // it is so already
  const { since } = await one.status('default')
  assertCode(await one.loopwork('kill', '--force'), 0)

  expect(await one.status('default')).toMatchObject({ state: 'stopped', pause: { since } })
  expect((await one.loopwork('status')).out).toContain('paused until `loopwork continue default`')
  const started = await one.loopwork('start', '-d')
  expect(started.err).toMatch(
    /default is paused since .*: it begins nothing before `loopwork continue default`/,
  )
  expect(await one.status('default')).toMatchObject({ state: 'paused', since })
  assertCode(await one.loopwork('kill', '--force'), 0)
  expect(JSON.parse((await one.loopwork('start', '-d', '--json')).out)).toMatchObject({ isPaused: true })
  assertCode(await one.loopwork('kill', '--force'), 0)

  const lifted = await one.loopwork('continue')
  assertCode(lifted, 0)
  expect(lifted.out).toContain('default is not paused any more; it does not run')
  expect(await one.status('default')).toMatchObject({ state: 'stopped', pause: null })
  one.write('go', '')
  assertCode(await one.loopwork('start'), 0)
  expect((await one.loopwork('verify')).code).toBe(0)
})

test('a namespace is paused before its loop is started, but only where one has run before', async () => {
  const one = makeOne()
  expect(await one.loopwork('pause')).toMatchObject({ code: 4 })
  assertCode(await one.loopwork('start', '-d'), 0)
  expect(await one.loopwork('pause', 'prdo')).toMatchObject({
    code: 4,
    err: expect.stringContaining('no loop has ever run in the namespace prdo'),
  })
  assertCode(await one.loopwork('kill', '--force'), 0)
  expect((await one.loopwork('pause')).out).toContain('once it is started it begins nothing')
  assertCode(await one.loopwork('start', '-d'), 0)
  expect(await one.status('default')).toMatchObject({ state: 'paused', iterations: 0 })
})

test('all namespaces are paused, let go on and stopped at once', async () => {
  const one = makeOne('T-2')
  for (const name of ['a', 'b']) assertCode(await one.loopwork('start', '-d', '--namespace', name), 0)
  const steered = async (word: string) =>
    JSON.parse((await one.loopwork(word, '--all', '--json')).out).namespaces.sort()
  const states = async () => [(await one.status('a')).state, (await one.status('b')).state]
  expect(await steered('pause')).toEqual(['a', 'b'])
  expect(await states()).toEqual(['paused', 'paused'])
  expect(await steered('continue')).toEqual(['a', 'b'])
  expect(await states()).not.toContain('paused')
  expect(await steered('continue')).toEqual([])
  assertCode(await one.loopwork('kill', '--all', '--force'), 0)
  expect(await steered('stop')).toEqual([])
})

test('a project that was moved is restarted and resumed where it is now', async () => {
  const before = makeOne()
  assertCode(await before.loopwork('start', '-d', '--tasks-file', 'tasks.json'), 0)
  assertCode(await before.loopwork('kill', '--force'), 0)
  const moved = makeOne()
  cpSync(join(before.folder, '.loopwork-state'), join(moved.folder, '.loopwork-state'), { recursive: true })
  before.remove()

  assertCode(await moved.loopwork('restart'), 0)
  const saved = () => JSON.parse(moved.read('.loopwork-state/default-restart-args.json'))
  await expect
    .poll(saved, { timeout: 20_000 })
    .toMatchObject({ cwd: moved.folder, args: ['--tasks-file', 'tasks.json'] })
  assertCode(await moved.loopwork('kill', '--force'), 0)
  assertCode(await moved.loopwork('resume', '-d'), 0)
  moved.write('go', '')
  await moved.until('default', ({ state }) => state === 'stopped', 'it is done')
  expect(JSON.parse(moved.read('tasks.json')).tasks).toMatchObject([{ status: 'completed' }])
})

test('a number of lines that is none is refused before anything is started', async () => {
  const one = makeOne()
  const refused = await one.loopwork('start', '-d', '--tail', '--lines', 'abc')
  expect(refused).toMatchObject({ code: 2, err: expect.stringContaining('--lines must be a whole number') })
  expect(existsSync(join(one.folder, '.loopwork-state'))).toBe(false)
})
