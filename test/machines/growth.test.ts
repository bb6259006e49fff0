import { expect, test } from 'vitest'
import { assertRoom, defaultGrowth } from '../../src/machines/growth.ts'
import { given } from '../support/given.ts'
import { claimed, queued, started } from '../support/task-facts.ts'

const task = (id: string, parent: string | null = null, state = 'queued') => ({ id, parent, state })
const refused = (work: () => void) => expect(work).toThrow(expect.objectContaining({ code: 'rejected' }))

test('agents add parts only so deep, and only while there is room', () => {
  const tasks = [task('a'), task('b', 'a'), task('c', 'b'), task('x', null, 'completed')]
  expect(() => assertRoom(tasks, 'b', { ...defaultGrowth, depth: 3 })).not.toThrow()
  refused(() => assertRoom(tasks, 'c', { ...defaultGrowth, depth: 3 }))
  expect(() => assertRoom(tasks, null, { ...defaultGrowth, open: 4 })).not.toThrow()
  refused(() => assertRoom(tasks, null, { ...defaultGrowth, open: 3 }))
})

test('a circle of parents does not hang it', () => {
  refused(() => assertRoom([task('a', 'b'), task('b', 'a')], 'a', defaultGrowth))
})

test('an attempt adds no more than it may; the next one may again', () => {
  const granted = { type: 'task.additionGranted', data: { title: 'More' } } as const
  const ask = { type: 'grantAddition', title: 'More', limit: 2 } as const
  const running = [queued, claimed(1), started(1)]
  given(...running, granted)
    .when(ask)
    .yields(granted)
  given(...running, granted, granted)
    .when(ask)
    .isRefused()
})

test('what a remote backlog was asked to be told, or would not take, is not asked for again', () => {
  const request = { type: 'requestTell', status: 'failed', note: null } as const
  const asked = { type: 'task.tellRequested', data: { status: 'failed', note: null } } as const
  const dropped = {
    type: 'task.tellDropped',
    data: { request: 'r', status: 'failed', reason: 'no' },
  } as const
  given(queued).when(request).yields(asked)
  given(queued, asked).when(request).yields()
  given(queued, asked, dropped).when(request).yields()
  given(queued, asked, dropped, { type: 'task.backlogTold', data: { status: 'pending' } })
    .when(request)
    .yields(asked)
})

test('a running task makes room for another machine without a try being spent', () => {
  given(queued, claimed(1), started(1))
    .when({ type: 'yield', reason: 'other works on it' })
    .yields({ type: 'task.requeued', data: { reason: 'other works on it' } })
})
