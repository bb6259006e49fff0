import { expect, test } from 'vitest'
import { openMemoryEventLog } from '../../src/adapters/memory/event-log.ts'
import { createMemoryViewStore } from '../../src/adapters/memory/view-store.ts'
import { LoopworkError } from '../../src/errors.ts'
import { loopStream, taskStream } from '../../src/events/event.ts'
import type { Backlog } from '../../src/ports/backlog.ts'
import { board } from '../../src/projections/board.ts'
import { openDesk } from '../../src/runtime/desk.ts'
import { createDispatch } from '../../src/runtime/dispatch.ts'
import { createRecall } from '../../src/runtime/recall.ts'
import { openView } from '../../src/runtime/views.ts'
import { project } from '../adapters/json/project.ts'
import { context, countingIds, now } from '../support/examples.ts'
import { twoTries } from '../support/given.ts'
import { started } from '../support/history.ts'
import { backlogOf } from '../support/project.ts'

test('desks that take in the same tasks at the same time all go on', async () => {
  const { deskOf, backlog } = setUp()
  let meet = (): void => undefined
  const met = new Promise<void>((resolve) => {
    meet = resolve
  })
  let readers = 0
  const together = async () => {
    const snapshot = await backlog.read()
    readers += 1
    if (readers === 3) meet()
    await met
    return snapshot
  }
  const desks = await Promise.all(
    ['one', 'two', 'three'].map((namespace) => deskOf(namespace, { ...backlog, read: together })),
  )
  await Promise.all(desks.map((desk) => desk.refresh()))
  for (const desk of desks) {
    await desk.refresh()
    expect(desk.tasks().map(({ id, state }) => `${id} ${state}`)).toEqual(['A queued', 'B blocked'])
  }
})

test('a task that another process completes while the backlog is read does not begin anew', async () => {
  const { deskOf, dispatch, backlog, log } = setUp()
  const other = await deskOf('other')
  await other.refresh()
  let isBetween = true
  const desk = await deskOf('slow', {
    ...backlog,
    read: async () => {
      const old = await backlog.read()
      if (isBetween) {
        isBetween = false
        await dispatch([{ stream: taskStream(backlog.id, 'A'), command: { type: 'complete', reason: 'r' } }])
        await other.refresh() // tells the backlog
        await dispatch(await other.refresh()) // and writes down that it was told
      }
      return old
    },
  })
  await desk.refresh()
  await desk.refresh()
  const history: string[] = []
  for await (const { event } of log.readStream(taskStream(backlog.id, 'A'))) history.push(event.type)
  expect(history).not.toContain('task.reset')
  expect(desk.tasks().map(({ id, state }) => `${id} ${state}`)).toEqual(['A completed', 'B queued'])
  expect((await backlog.read()).tasks.map(({ status }) => status)).toEqual(['completed', 'pending'])
})

test('a backlog that cannot be told is told again only when it is time, and what is wrong is written down', async () => {
  const { deskOf, dispatch, backlog, log, clock } = setUp()
  let tries = 0
  let isShut = true
  await log.append([{ stream: loopStream('loop'), expectedVersion: 0, events: [started(1)] }], context)
  const desk = await deskOf('loop', {
    ...backlog,
    tell: async (...told) => {
      tries += 1
      if (isShut) throw new LoopworkError('unavailable', 'somebody has it')
      await backlog.tell(...told)
    },
  })
  await desk.refresh()
  await dispatch([{ stream: taskStream(backlog.id, 'A'), command: { type: 'complete', reason: 'r' } }])
  await desk.look()
  expect(await desk.tell()).toBe(false)
  const { retellAt } = desk
  expect(new Date(retellAt ?? 0) > now).toBe(true)
  await desk.look()
  expect([await desk.tell(), tries]).toEqual([false, 1])

  clock.time = new Date(retellAt ?? 0)
  await desk.look()
  expect([await desk.tell(), tries]).toEqual([false, 2])
  expect((desk.retellAt ?? '') > (retellAt ?? '')).toBe(true)

  isShut = false
  clock.time = new Date(desk.retellAt ?? 0)
  await desk.look()
  expect([await desk.tell(), desk.retellAt]).toEqual([true, null])
  expect((await backlog.read()).tasks.map(({ status }) => status)).toEqual(['completed', 'pending'])
  const history: string[] = []
  for await (const { event } of log.readStream(loopStream('loop'))) history.push(event.type)
  expect(history.slice(1)).toEqual(['loop.backlogRefused', 'loop.backlogRefused', 'loop.backlogAccepted'])
})

/** One log and one backlog of two tasks, the second of which waits for the first. */
function setUp() {
  const newId = countingIds()
  const clock = { time: now }
  const log = openMemoryEventLog({ clock: { now: () => now }, newId })
  const store = createMemoryViewStore()
  const backlog = project(
    backlogOf({ id: 'A', title: 'A' }, { id: 'B', title: 'B', dependsOn: ['A'] }),
  ).open()
  const dispatchAs = (by: 'loop' | 'cli') =>
    createDispatch({
      log,
      recall: createRecall(log),
      clock: { now: () => now, until: async () => undefined },
      chance: () => 0,
      retry: twoTries,
      writer: { by, session: null },
      newId,
    })
  const deskOf = async (namespace: string, seen: Backlog = backlog) =>
    openDesk(
      {
        backlog: seen,
        dispatch: dispatchAs('loop'),
        plan: { loop: loopStream(namespace) },
        clock: { now: () => clock.time },
      },
      await openView(board, { log, store }),
    )
  return { backlog, log, clock, deskOf, dispatch: dispatchAs('cli') }
}
