import { expect, test } from 'vitest'
import { resetTimeIn, resetTimeOf } from '../../../src/adapters/agents/reset-time.ts'

const now = new Date('2026-11-23T06:10:00Z')
const local = (...parts: readonly [number, number, number, number, number]) =>
  new Date(...parts).toISOString()

test.each([
  ["You've hit your 5-hour limit · resets 8:38am (UTC)", '2026-11-23T08:38:00.000Z'],
  ["You've hit your 5-hour limit · resets 2am (UTC)", '2026-11-24T02:00:00.000Z'],
  ["You've hit your weekly limit · resets Nov 24, 8:49am (UTC)", '2026-11-24T08:49:00.000Z'],
  ['Claude AI usage limit reached|1795423087', '2026-11-23T08:38:07.000Z'],
  ['try again at Nov 27th, 2026 5:38 AM.', local(2026, 10, 27, 5, 38)],
  ['Your quota will reset after 8h44m7s.', '2026-11-23T14:54:07.000Z'],
  ['Please retry in 1.2s.', '2026-11-23T06:11:00.000Z'],
  ['resets Nov 30, 9am (UTC) of another year', '2026-11-30T09:00:00.000Z'],
])('%s', (text, instant) => {
  expect(resetTimeIn(text, now)?.toISOString()).toBe(instant)
})

test('a time of day without a zone is local, today or tomorrow', () => {
  const found = resetTimeIn('or try again at 8:38 AM.', now)
  expect([found?.getHours(), found?.getMinutes()]).toEqual([8, 38])
  const wait = (found?.getTime() ?? 0) - now.getTime()
  expect(wait).toBeGreaterThan(0)
  expect(wait).toBeLessThanOrEqual(86_400_000)
})

test('nothing is made up', () => {
  expect(resetTimeIn('Try again later.', now)).toBeNull()
  expect(resetTimeOf(undefined, now)).toBeNull()
})

test('an instant is never sooner than in a minute nor later than in eight days', () => {
  expect(resetTimeOf(1_000_000_000, now)?.toISOString()).toBe('2026-11-23T06:11:00.000Z')
  expect(resetTimeOf(1_999_999_999, now)?.toISOString()).toBe('2026-12-01T06:10:00.000Z')
})
