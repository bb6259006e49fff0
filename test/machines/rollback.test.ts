import { expect, test } from 'vitest'
import { type Pair, rolledBack } from '../../src/machines/rollback.ts'

const minute = (nth: number): string => `2026-01-05T09:${String(nth).padStart(2, '0')}:00.000Z`

/** Tasks that ended one after the other, and what the backlog says of each of them now. */
const ended = (...offered: readonly string[]): Pair[] =>
  offered.map((status, nth) => ({
    id: `T-${nth + 1}`,
    offered: status,
    state: 'completed',
    told: 'completed',
    since: minute(nth),
  }))

test.each([
  [
    ['pending', 'pending', 'pending'],
    ['T-1', 'T-2', 'T-3'],
  ],
  [
    ['completed', 'pending', 'pending'],
    ['T-2', 'T-3'],
  ],
  [['completed', 'completed', 'pending'], ['T-3']],
])('a backlog that says %j is one of before: it has forgotten %j', (offered, forgotten) => {
  expect(rolledBack(ended(...offered))).toEqual(forgotten)
})

test.each([
  [['pending', 'completed', 'completed']],
  [['completed', 'pending', 'completed']],
  [['pending', 'completed', 'pending']],
  [['completed', 'completed', 'completed']],
])('a backlog that says %j has been edited, or is as it was', (offered) => {
  expect(rolledBack(ended(...offered))).toEqual([])
})

test('what was never told cannot have been forgotten', () => {
  const [first, second] = ended('pending', 'pending') as [Pair, Pair]
  expect(rolledBack([first, { ...second, told: 'in-progress' }])).toEqual(['T-1'])
  expect(rolledBack([{ ...first, state: 'queued' }])).toEqual([])
})
