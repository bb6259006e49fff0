import { spawnSync } from 'node:child_process'
import { rmSync, utimesSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { queueAt } from '../../../src/adapters/system/queue.ts'
import type { Clock } from '../../../src/ports/clock.ts'
import { processes, project, tasksFile, tasksText, wallClock } from './project.ts'

const lockFile = `${tasksFile}.lock`
const one = tasksText({ id: 'T', status: 'pending' })
const deadPid = (): number => spawnSync(process.execPath, ['-e', '']).pid

/** A clock whose waits pass at once. */
function hurriedClock(tick: (passedMs: number) => void = () => undefined): Clock {
  let passedMs = 0
  return {
    now: () => new Date(Date.now() + passedMs),
    until: async (instant) => {
      passedMs = Math.max(passedMs, instant.getTime() - Date.now())
      tick(passedMs)
    },
  }
}

/** Lets another process have the lock every three seconds. */
function holdInTurn(here: ReturnType<typeof project>): (passedMs: number) => void {
  let round = -1
  return (passedMs) => {
    if (Math.floor(passedMs / 3_000) === round) return
    round = Math.floor(passedMs / 3_000)
    here.write(lockFile, `${process.pid}\nround ${round}`)
    const then = new Date(Date.now() + passedMs)
    utimesSync(here.path(lockFile), then, then)
  }
}

describe('the lock', () => {
  test('is there, with the pid first, while the file is written, and gone afterwards', async () => {
    const here = project(one)
    const seen: string[] = []
    const clock: Clock = {
      ...wallClock,
      now: () => {
        if (here.has(lockFile)) seen.push(here.text(lockFile))
        return new Date()
      },
    }
    await here.open({ clock }).tell('T', 'completed')
    expect(seen).toContain(`${process.pid}\n${JSON.stringify(processes.self)}\n`)
    expect(here.has(lockFile)).toBe(false)
  })

  test.each([
    ['a dead process', () => `${deadPid()}`],
    [
      'a process that is dead and whose pid is another one now',
      () => `${process.pid}\n${JSON.stringify({ ...processes.self, start: 'long ago' })}\n`,
    ],
  ])('of %s is taken over', async (_whose, content) => {
    const here = project(one)
    here.write(lockFile, content())
    await here.open().tell('T', 'completed')
    expect(here.text()).toContain('completed')
    expect(here.has(lockFile)).toBe(false)
  })

  test.each([[''], ['garbage\n'], ['{"pid":']])(
    'that says only %j is taken over when it is old',
    async (content) => {
      const here = project(one)
      here.write(lockFile, content)
      const old = new Date(Date.now() - 31_000)
      utimesSync(here.path(lockFile), old, old)
      await here.open().tell('T', 'completed')
      expect(here.text()).toContain('completed')
    },
  )

  test.each([
    ['', 'another process'],
    [`${process.pid}`, `process ${process.pid}`],
  ])('that says %j and is young is respected for five seconds', async (content, holder) => {
    const here = project(one)
    here.write(lockFile, content)
    const clock = hurriedClock()
    const before = clock.now().getTime()
    const telling = here.open({ clock }).tell('T', 'completed')
    await expect(telling).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining(holder),
      hint: expect.stringContaining('lock file'),
    })
    expect(clock.now().getTime() - before).toBeGreaterThanOrEqual(5_000)
    expect(here.text()).toBe(one)
    expect(here.text(lockFile)).toBe(content)
  })

  test('of a living process is respected however old it is', async () => {
    const here = project(one)
    here.write(lockFile, `${process.pid}\n${JSON.stringify(processes.self)}\n`)
    utimesSync(here.path(lockFile), new Date(0), new Date(0))
    await expect(here.open({ clock: hurriedClock() }).tell('T', 'completed')).rejects.toMatchObject({
      code: 'unavailable',
    })
  })

  test('that others have in turn is waited for longer than one that stays', async () => {
    const here = project(one)
    const hold = holdInTurn(here)
    hold(0)
    const clock = hurriedClock((passedMs) => {
      if (passedMs < 20_000) hold(passedMs)
      else rmSync(here.path(lockFile), { force: true })
    })
    await here.open({ clock }).tell('T', 'completed')
    expect(here.text()).toContain('completed')
    expect(clock.now().getTime() - Date.now()).toBeGreaterThan(15_000)
  })

  test('that others have in turn for a minute is given up', async () => {
    const here = project(one)
    const hold = holdInTurn(here)
    hold(0)
    const clock = hurriedClock(hold)
    await expect(here.open({ clock }).tell('T', 'completed')).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('in turn for a minute'),
    })
    expect(here.text()).toBe(one)
  })

  test('is waited for in a queue; who waits there too long goes away and leaves the place to the next', async () => {
    const here = project(one)
    here.write(lockFile, `${process.pid}\nbusy`)
    const queue = queueAt(here.path('queue'))
    const leave = await queue.enter()
    const telling = here.open({ clock: hurriedClock(), queue }).tell('T', 'completed')
    await expect(telling).rejects.toMatchObject({ message: expect.stringContaining('in turn for a minute') })
    const next = here.open({ queue }).tell('T', 'completed')
    rmSync(here.path(lockFile))
    leave()
    await next
    expect(here.text()).toContain('completed')
    ;(await queue.enter())() // nobody stands there any more
  })

  test('is not asked for where the file says so already', async () => {
    const here = project(tasksText({ id: 'T', status: 'completed' }))
    here.write(lockFile, `${process.pid}\n${JSON.stringify(processes.self)}\n`)
    await here.open({ clock: hurriedClock() }).tell('T', 'completed')
    await expect(here.open({ clock: hurriedClock() }).tell('T', 'completed', 'why')).rejects.toMatchObject({
      code: 'unavailable',
    })
  })

  test('is released when the work under it fails', async () => {
    const here = project('{')
    const backlog = here.open()
    await expect(backlog.tell('T', 'completed')).rejects.toMatchObject({ code: 'invalid' })
    expect(here.has(lockFile)).toBe(false)
    here.write(tasksFile, one)
    await backlog.tell('T', 'completed')
    expect(here.text()).toContain('completed')
  })
})
