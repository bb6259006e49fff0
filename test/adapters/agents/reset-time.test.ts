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

test.each([
  [
    'in this minute is over soon, not tomorrow',
    'resets 8:38am (UTC)',
    '2026-11-23T08:38:03Z',
    '2026-11-23T08:39:03.000Z',
  ],
  ['a minute ago is tomorrow', 'resets 8:38am (UTC)', '2026-11-23T08:39:00Z', '2026-11-24T08:38:00.000Z'],
  [
    'on a day just passed is over, not in a year',
    'resets Nov 23, 6:09am (UTC)',
    '2026-11-23T06:10:00Z',
    '2026-11-23T06:11:00.000Z',
  ],
  [
    'in January, read in December, is in the next year',
    'resets Jan 1, 9am (UTC)',
    '2026-12-30T00:00:00Z',
    '2027-01-01T09:00:00.000Z',
  ],
  [
    'in December, read in January, is over',
    'resets Dec 31, 9am (UTC)',
    '2027-01-01T00:00:00Z',
    '2027-01-01T00:01:00.000Z',
  ],
])('a limit that ends %s', (_, text, readAt, instant) => {
  expect(resetTimeIn(text, new Date(readAt))?.toISOString()).toBe(instant)
})

test.each([
  ['resets 3pm (America/Los_Angeles)', '2026-11-23T06:10:00Z', '2026-11-23T23:00:00.000Z'],
  ['resets 11pm (America/Los_Angeles)', '2026-11-23T06:10:00Z', '2026-11-23T07:00:00.000Z'],
  ['resets 9am (Asia/Kolkata)', '2026-11-23T06:10:00Z', '2026-11-24T03:30:00.000Z'],
  ['resets Oct 25, 9am (Europe/Berlin)', '2026-10-24T12:00:00Z', '2026-10-25T08:00:00.000Z'],
])('%s is by the clocks of that zone', (text, readAt, instant) => {
  expect(resetTimeIn(text, new Date(readAt))?.toISOString()).toBe(instant)
})

test('a zone that nobody knows is taken for ours', () => {
  expect(resetTimeIn('resets 8:38am (Nowhere/Else)', now)).toEqual(resetTimeIn('resets 8:38am', now))
})

test('nothing is made up', () => {
  expect(resetTimeIn('Try again later.', now)).toBeNull()
  expect(resetTimeIn('resets Xyz 3, 9am (UTC)', now)).toBeNull()
  expect(resetTimeOf(undefined, now)).toBeNull()
  for (const seconds of [Number.NaN, 0, -1, 1e300, '1795423087']) expect(resetTimeOf(seconds, now)).toBeNull()
  expect(resetTimeIn('Please retry in 1.2.3s', now)).toBeNull()
})

test('an instant is never sooner than in a minute nor later than in eight days', () => {
  expect(resetTimeOf(1_000_000_000, now)?.toISOString()).toBe('2026-11-23T06:11:00.000Z')
  expect(resetTimeOf(1_999_999_999, now)?.toISOString()).toBe('2026-12-01T06:10:00.000Z')
})
