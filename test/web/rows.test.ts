import { expect, test } from 'vitest'
import type { DomainEvent, Fact } from '../../src/events/catalogue.ts'
import { loopStream, taskStream } from '../../src/events/event.ts'
import { nothing } from '../../src/projections/money.ts'
import { createHistory, type Frame } from '../../src/webapp/history.ts'
import { routeOf } from '../../src/webapp/route.ts'
import { machinesIn, reasonOf, shareText, streamCalled, taskAt } from '../../src/webapp/rows.ts'
import { claimed, queued } from '../support/task-facts.ts'

const [a, b] = [taskStream('tasks.json', 'A'), taskStream('tasks.json', 'B/1')]

function after(...events: readonly (readonly [stream: Fact['stream'], event: DomainEvent])[]): Frame {
  const history = createHistory()
  const shared = { at: '2026-01-01T00:00:00.000Z', session: null, correlation: 'c', causation: 'c' }
  history.take(
    events.map(([stream, event], nth) => ({
      ...shared,
      ...{ id: `e${nth}`, position: nth + 1, stream, version: nth + 1, by: 'loop', schema: 1, event },
    })),
  )
  return history.at(events.length)
}

const blocked = (waits: object): DomainEvent =>
  ({ type: 'task.blocked', data: { waitsFor: [], missing: [], cyclic: [], ...waits } }) as DomainEvent

test('a machine is found by its stream, or by the name at its end', () => {
  const frame = after([b, queued], [a, queued], [a, claimed(1)])
  expect(machinesIn(frame)).toEqual([a, b])
  expect(streamCalled(frame, a)).toBe(a)
  expect(streamCalled(frame, 'A')).toBe(a)
  expect(streamCalled(frame, 'B/1')).toBe(b)
  expect(streamCalled(frame, 'C')).toBeNull()
})

test.each([
  [{ waitsFor: ['B', 'C'] }, 'waits for B, C'],
  [{ missing: ['GONE'] }, 'depends on GONE, which the backlog does not have'],
  [{ cyclic: ['B'] }, 'depends on itself through B'],
])('a task that is kept back by %j says so', (waits, reason) => {
  const task = taskAt(after([a, queued], [a, blocked(waits)]), a)
  expect(task && reasonOf(task)).toBe(reason)
})

test.each([
  [{ attempts: 0 }, 10, '0 %'],
  [{ attempts: 2, costUsd: 5 }, 10, '50 %'],
  [{ attempts: 2, costUsd: 5, unknownCost: 1 }, 10, 'at least 50 %'],
  [{ attempts: 2, unknownCost: 2 }, 10, 'unknown'],
  [{ attempts: 2, unknownCost: 2 }, 0, '–'],
])('what is not known of %j is no share of %d', (totals, whole, text) => {
  expect(shareText({ ...nothing, ...totals }, whole)).toBe(text)
})

test.each([
  ['', 'board', ''],
  ['#/task/task%2Ftasks.json%2FA', 'task', 'task/tasks.json/A'],
  ['#/task/100%', 'task', '100%'],
])('the address %j leads somewhere', (hash, page, subject) => {
  expect(routeOf(hash)).toEqual({ page, subject })
})

test('loops come first', () => {
  const data = { session: 's', epoch: 1, holder: { pid: 1, start: '1', boot: 'b', host: 'h' }, files: 'f' }
  const started = { type: 'loop.started', data } as unknown as DomainEvent
  const frame = after([a, queued], [loopStream('default'), started])
  expect(machinesIn(frame)).toEqual(['loop/default', a])
})
