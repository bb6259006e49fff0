import { expect, test } from 'vitest'
import type { DomainEvent, Fact } from '../../src/events/catalogue.ts'
import { taskStream } from '../../src/events/event.ts'
import { board } from '../../src/projections/board.ts'
import { fold } from '../../src/projections/projection.ts'
import { createSpans } from '../../src/projections/spans.ts'
import { createHistory } from '../../src/webapp/history.ts'
import { claimed, queued } from '../support/task-facts.ts'

const tasks = 40

/** Tasks that are offered, tried, and tried again, one after the other, a second between two events. */
function manyFacts(count: number): Fact[] {
  const events: readonly DomainEvent[] = [
    queued,
    claimed(1),
    { type: 'task.progressed', data: { attempt: 1, usage: null, agentSession: null } },
    { type: 'task.requeued', data: { reason: 'try again' } } as DomainEvent,
  ]
  return Array.from({ length: count }, (_, nth) => ({
    id: `id-${nth}`,
    position: nth + 1,
    stream: taskStream('tasks.json', `T-${nth % tasks}`),
    version: Math.floor(nth / tasks) + 1,
    at: new Date(Date.UTC(2026, 0, 1) + nth * 1_000).toISOString(),
    session: null,
    correlation: 'c',
    causation: 'c',
    by: 'loop',
    schema: 1,
    event: events[Math.floor(nth / tasks) % events.length] as DomainEvent,
  }))
}

const facts = manyFacts(110_000)
const history = createHistory()
history.take(facts)

test.each([0, 1, 39, 499, 500, 501, 63_999, 1_234, 110_000])(
  'at position %i everything is as a fold from the start gives it, though few frames are kept',
  (position) => {
    const rows = new Map<string, unknown>()
    const spans = createSpans()
    for (const fact of facts.slice(0, position)) {
      fold(board, { get: (key) => rows.get(key), set: (key, row) => rows.set(key, row) }, fact)
      spans.take(fact)
    }
    const frame = history.at(position)
    expect(frame.position).toBe(position)
    expect([...frame.board].sort()).toEqual([...rows].filter(([, row]) => row !== undefined).sort())
    const whole = { position, now: 0, from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY }
    const seen = history.spans.seen({ ...whole, now: Date.parse(frame.at) }, tasks).tasks.flat()
    const byStream = (all: readonly { readonly stream: string; readonly from: string }[]) =>
      [...all].map((span) => `${span.stream} ${span.from} ${JSON.stringify(span)}`).sort()
    expect(byStream(seen.map(({ span }) => span))).toEqual(byStream(spans.all))
  },
)

test('what is known already is passed over, and a gap is refused', () => {
  const short = createHistory()
  short.take(facts.slice(0, 10))
  short.take(facts.slice(5, 12))
  expect(short.head).toBe(12)
  expect(() => short.take(facts.slice(20, 21))).toThrow('the fact after 12 is missing')
  expect(short.of(facts[0]?.stream ?? '', 12).map(({ position }) => position)).toEqual([1])
})
