import { existsSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type Needed, pruneSessions, type Retention } from '../../../src/adapters/files/prune-sessions.ts'
import { tempFolder } from '../../support/temp.ts'

const now = new Date('2026-02-01T00:00:00Z')
const all: Retention = { maxAgeMs: null, maxSessions: null, maxBytes: null }
const day = 86_400_000

/** A session with attempts that ended so many days ago, each of 100 bytes in two files. */
function session(state: string, name: string, daysAgo: readonly number[]): string {
  const folder = join('sessions', name)
  mkdirSync(join(state, folder, 'logs'), { recursive: true })
  writeFileSync(join(state, folder, 'loopwork.log'), 'a line\n')
  daysAgo.forEach((days, nth) => {
    for (const [suffix, bytes] of [
      ['-prompt.md', 40],
      ['-output.txt', 60],
    ] as const) {
      const path = join(state, folder, 'logs', `iteration-${nth + 1}${suffix}`)
      writeFileSync(path, 'x'.repeat(bytes))
      const then = new Date(now.getTime() - days * day)
      utimesSync(path, then, then)
    }
  })
  return folder
}

const output = (state: string, folder: string, nth: number) =>
  existsSync(join(state, folder, 'logs', `iteration-${nth}-output.txt`))

const needed = (sessions: readonly string[] = [], attempts: readonly string[] = []): Needed => ({
  sessions: new Set(sessions),
  attempts: new Set(attempts),
})

test('the oldest sessions of each namespace go, but none that is needed', async () => {
  const state = tempFolder()
  const names = ['2026-01-01-000000', '2026-01-01-000000-2', '2026-01-01-000000-10', '2026-01-02-000000']
  const [first = '', second = '', tenth = '', last = ''] = names.map((name) =>
    session(state, `a/${name}`, [1]),
  )
  const other = session(state, 'b/2025-01-01-000000', [1])
  const pruned = await pruneSessions(state, { ...all, maxSessions: 2 }, needed([first]), now)
  expect(pruned).toEqual({ sessions: 1, attempts: 0, bytes: 100 })
  expect([first, second, tenth, last, other].map((folder) => existsSync(join(state, folder)))).toEqual([
    true,
    false,
    true,
    true,
    true,
  ])
  await pruneSessions(state, { ...all, maxSessions: 1 }, needed([], [`${first}/iteration-1`]), now)
  expect(output(state, first, 1)).toBe(true)
  expect(existsSync(join(state, tenth))).toBe(false)
})

test('what is too old goes attempt by attempt, and the log of its session stays', async () => {
  const state = tempFolder()
  const folder = session(state, 'a/2026-01-01-000000', [40, 31, 29, 35])
  const pruned = await pruneSessions(
    state,
    { ...all, maxAgeMs: 30 * day },
    needed([folder], [`${folder}/iteration-4`]),
    now,
  )
  expect(pruned).toEqual({ sessions: 0, attempts: 2, bytes: 200 })
  expect([1, 2, 3, 4].map((nth) => output(state, folder, nth))).toEqual([false, false, true, true])
  expect(existsSync(join(state, folder, 'loopwork.log'))).toBe(true)
})

test('what is too much goes oldest first, over all namespaces, until the rest fits', async () => {
  const state = tempFolder()
  const a = session(state, 'a/2026-01-01-000000', [5, 1])
  const b = session(state, 'b/2026-01-01-000000', [9, 3, 7])
  const pruned = await pruneSessions(
    state,
    { ...all, maxBytes: 250 },
    needed([a, b], [`${b}/iteration-3`]),
    now,
  )
  expect(pruned.bytes).toBe(300)
  expect([
    output(state, b, 1),
    output(state, b, 3),
    output(state, a, 1),
    output(state, b, 2),
    output(state, a, 2),
  ]).toEqual([false, true, false, false, true])
})

test('a log that was put aside is taken like an attempt; nothing else is touched', async () => {
  const state = tempFolder()
  const folder = session(state, 'a/2026-01-01-000000', [])
  for (const name of ['loopwork.1.log', 'loopwork.2.log', 'mine.txt']) {
    writeFileSync(join(state, folder, name), 'x'.repeat(100))
    const then = new Date(now.getTime() - (name === 'loopwork.2.log' ? 1 : 50) * day)
    utimesSync(join(state, folder, name), then, then)
  }
  await pruneSessions(state, { ...all, maxAgeMs: 30 * day }, needed([folder]), now)
  const left = ['loopwork.1.log', 'loopwork.2.log', 'mine.txt', 'loopwork.log']
  expect(left.map((name) => existsSync(join(state, folder, name)))).toEqual([false, true, true, true])
})

test('where nothing has run there is nothing to do', async () => {
  expect(
    await pruneSessions(tempFolder(), { maxAgeMs: 1, maxSessions: 1, maxBytes: 1 }, needed(), now),
  ).toEqual({
    sessions: 0,
    attempts: 0,
    bytes: 0,
  })
})
