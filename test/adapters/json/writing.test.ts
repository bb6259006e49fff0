import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { project, tasksFile, tasksText } from './project.ts'

const numbered = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ id: `T-${index}`, status: 'pending' }))

describe('writers', () => {
  test('at the same time lose nothing of each other, and no reader sees half a file', async () => {
    const here = project(tasksText(...numbered(200)))
    const writers = [here.open(), here.open()]
    let isOver = false
    let reads = 0
    const reader = (async () => {
      const watching = here.open()
      while (!isOver) {
        JSON.parse(readFileSync(here.path(tasksFile), 'utf8'))
        expect((await watching.read()).tasks).toHaveLength(200)
        reads += 1
        await setImmediate() // what is read from memory would leave the writers no turn
      }
    })()
    await Promise.all(
      numbered(200).map(({ id }, index) => writers[index % 2]?.tell(id, index % 3 ? 'completed' : 'held')),
    )
    isOver = true
    await reader
    expect(reads).toBeGreaterThan(10)
    const { tasks } = await here.open().read()
    expect(tasks.map(({ status }) => status)).toEqual(
      numbered(200).map((_, index) => (index % 3 ? 'completed' : 'held')),
    )
    expect(readdirSync(here.path('.specs/tasks'))).toEqual(['tasks.json'])
  })

  test('that add at the same time get different ids', async () => {
    const here = project(tasksText())
    const writers = [here.open(), here.open()]
    const ids = await Promise.all(numbered(20).map(({ id }, index) => writers[index % 2]?.add({ title: id })))
    expect(new Set(ids).size).toBe(20)
    expect((await here.open().read()).tasks).toHaveLength(20)
  })

  test('see what an editor changed between two statuses', async () => {
    const here = project(tasksText(...numbered(2)))
    const backlog = here.open()
    await backlog.tell('T-0', 'completed')
    here.write(tasksFile, here.text().replace('"T-1"', '"T-9", "note": "by hand"'))
    await backlog.tell('T-9', 'failed')
    expect(JSON.parse(here.text()).tasks).toEqual([
      { id: 'T-0', status: 'completed' },
      { id: 'T-9', note: 'by hand', status: 'failed' },
    ])
  })

  test('lock what a symbolic link leads to, so that all ways to the file share one lock', async () => {
    const here = project(tasksText(...numbered(40)))
    symlinkSync(here.path(tasksFile), here.path('tasks.json'))
    const writers = [here.open(), here.open({ tasksFile: 'tasks.json' })]
    await Promise.all(numbered(40).map(({ id }, index) => writers[index % 2]?.tell(id, 'completed')))
    const { tasks } = await here.open().read()
    expect(tasks.filter(({ status }) => status !== 'completed')).toEqual([])
  })

  test('keep the mode of the file and write through a symbolic link', async () => {
    const here = project()
    here.write('elsewhere/real.json', tasksText(...numbered(1)))
    chmodSync(here.path('elsewhere/real.json'), 0o664)
    symlinkSync(here.path('elsewhere/real.json'), here.path('tasks.json'))
    await here.open({ tasksFile: 'tasks.json' }).tell('T-0', 'completed')
    expect(lstatSync(here.path('tasks.json')).isSymbolicLink()).toBe(true)
    expect(here.text('elsewhere/real.json')).toContain('completed')
    expect(statSync(here.path('elsewhere/real.json')).mode & 0o777).toBe(0o664)
  })

  test.runIf(process.getuid?.() === 0)('keep the owner of the file', async () => {
    const here = project(tasksText(...numbered(1)))
    chownSync(here.path(tasksFile), 1234, 2345)
    await here.open().tell('T-0', 'completed')
    expect(statSync(here.path(tasksFile))).toMatchObject({ uid: 1234, gid: 2345 })
  })

  test('leave nothing behind where the file cannot be replaced', async () => {
    const here = project()
    mkdirSync(here.path(tasksFile), { recursive: true })
    await expect(here.open().tell('T-0', 'completed')).rejects.toMatchObject({
      code: 'unavailable',
      hint: expect.any(String),
    })
    expect(readdirSync(here.path('.specs/tasks'))).toEqual(['tasks.json'])
  })

  test.skipIf(process.getuid?.() === 0)('leave a read-only file alone', async () => {
    const here = project(tasksText(...numbered(1)))
    chmodSync(here.path(tasksFile), 0o444)
    await expect(here.open().tell('T-0', 'completed')).rejects.toMatchObject({
      code: 'unavailable',
      hint: expect.stringContaining('permissions'),
    })
    expect(here.text()).toContain('pending')
  })

  test('forget a task that a person removed', async () => {
    const here = project(tasksText(...numbered(1)))
    const before = here.text()
    await here.open().tell('gone', 'failed', 'why')
    expect(here.text()).toBe(before)
    expect(here.has('.specs/tasks/gone.log')).toBe(false)
  })

  test('keep notes of how a task ended, each once', async () => {
    const here = project(tasksText(...numbered(1)))
    const backlog = here.open()
    await backlog.tell('T-0', 'failed', 'tests are red')
    await backlog.tell('T-0', 'failed', 'tests are red')
    await backlog.tell('T-0', 'pending', 'not kept')
    await backlog.tell('T-0', 'completed', 'all green')
    const instant = String.raw`\[\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z\]`
    expect(here.text('.specs/tasks/T-0.log')).toMatch(
      new RegExp(`^\n${instant} FAILED: tests are red\n\n${instant} COMPLETED: all green\n$`),
    )
  })

  test('need a few milliseconds for one of 10,000 tasks', async () => {
    const tasks = numbered(10_000).map((task) => ({
      ...task,
      title: 'A title',
      metadata: { note: 'x'.repeat(80) },
    }))
    const here = project(tasksText(...tasks))
    const backlog = here.open()
    const started = performance.now()
    await backlog.read()
    const opened = performance.now()
    for (let index = 0; index < 100; index += 1) await backlog.tell(`T-${index * 99}`, 'completed')
    const told = performance.now()
    for (let index = 0; index < 1_000; index += 1) await backlog.read()
    const read = performance.now()
    const raw = readFileSync(here.path(tasksFile))
    const writing = performance.now()
    for (let index = 0; index < 100; index += 1) writeFileSync(here.path('plain'), raw)
    console.log(
      `10,000 tasks, ${raw.length >> 10} KiB: parsed in ${(opened - started).toFixed(1)} ms, ` +
        `${((told - opened) / 100).toFixed(2)} ms a status, ${((read - told) / 1_000).toFixed(3)} ms a read, ` +
        `${((performance.now() - writing) / 100).toFixed(2)} ms for a plain write`,
    )
    const { tasks: found } = await here.open().read()
    expect(found.filter(({ status }) => status === 'completed')).toHaveLength(100)
  })
})
