import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { buildSync } from 'esbuild'
import { expect, onTestFinished, test } from 'vitest'
import { project, tasksFile, tasksText, wallClock } from './project.ts'

const ids = Array.from({ length: 60 }, (_, index) => `T-${index}`)
const backlogText = tasksText(...ids.map((id) => ({ id, status: 'pending' })))

/** Starts processes of their own that tell statuses, each of the tasks it is given. */
function tellersIn(here: ReturnType<typeof project>) {
  buildSync({
    entryPoints: ['test/adapters/json/teller.ts'],
    outfile: here.path('teller.mjs'),
    bundle: true,
    platform: 'node',
    format: 'esm',
    mainFields: ['module', 'main'],
    logLevel: 'error',
  })
  return (...told: string[]): ChildProcess => {
    const child = spawn(process.execPath, [here.path('teller.mjs'), here.root, tasksFile, ...told], {
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    onTestFinished(() => {
      child.kill('SIGKILL')
    })
    return child
  }
}

test('two processes that tell different tasks at the same time lose nothing of each other', async () => {
  const here = project(backlogText)
  const teller = tellersIn(here)
  const children = [0, 1].map((half) => teller(...ids.filter((_, index) => index % 2 === half)))
  const ends = await Promise.all(children.map((child) => once(child, 'exit')))
  expect(ends).toEqual([
    [0, null],
    [0, null],
  ])
  const { tasks } = await here.open().read()
  expect(tasks.filter(({ status }) => status !== 'completed')).toEqual([])
})

test('a process that is killed while it writes leaves a whole file, and a lock that is taken over', async () => {
  const here = project(backlogText)
  const teller = tellersIn(here)
  for (let round = 0; round < 5; round += 1) {
    here.write(tasksFile, backlogText)
    const child = teller(...ids)
    const exited = once(child, 'exit')
    const watching = here.open()
    while ((await watching.read()).tasks[round]?.status === 'pending') {
      await wallClock.until(new Date(Date.now() + 1), new AbortController().signal)
    }
    child.kill('SIGKILL')
    await exited
    expect(JSON.parse(here.text()).tasks).toHaveLength(60)
    await here.open().tell('T-59', 'skipped')
    expect((await here.open().read()).tasks[59]?.status).toBe('skipped')
    const others = readdirSync(here.path('.specs/tasks')).filter((name) => !/\.log$|\.lock\.\d+$/.test(name))
    expect(others).toEqual(['tasks.json'])
  }
})
