import { createHash } from 'node:crypto'
import { readFileSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { decode, decodeLinked, encode, encodeLinked, linkOf, noLink } from '../../src/adapters/lmdb/codec.ts'
import { taskStream } from '../../src/events/event.ts'
import { context, skipped } from '../support/examples.ts'
import { openStoreIn, storeIn, tamper, writeHistory } from '../support/history.ts'
import { makeProject, type Project } from '../support/project.ts'

const nowhere = () => 'here'

async function projectWithHistory(): Promise<Project> {
  const project = makeProject({ 'package.json': '{}' })
  await writeHistory(project.folder)
  return project
}

const sha = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex')

test('a whole store is said to be whole, and is left as it is', async () => {
  const project = await projectWithHistory()
  const data = join(storeIn(project.folder), 'data.mdb')
  const before = sha(data)
  const { code, out } = await project.loopwork('verify', '--json')
  expect(code).toBe(0)
  expect(JSON.parse(out)).toEqual({
    schema: 'loopwork/verify@1',
    store: storeIn(project.folder),
    whole: true,
    events: 122,
    firstBadPosition: null,
    problem: null,
    checks: [
      { name: 'events', checked: 122, flaw: null },
      { name: 'leases', checked: 1, flaw: null },
      { name: 'views', checked: 41, flaw: null },
      { name: 'histories', checked: 122, flaw: null },
    ],
  })
  expect(sha(data)).toBe(before)
  expect((await project.loopwork('verify')).out).toMatch(/is whole: 122 events/)
})

const stream = taskStream('json:tasks.json', 'T-3')

/** Another reason in the event at a position, with a checksum that fits. */
const reworded = (bytes: Buffer, link = linkOf(bytes, nowhere)): Buffer => {
  const tuple = decodeLinked(bytes, nowhere) as unknown[]
  return encodeLinked([...tuple.slice(0, 10), { reason: 'a lie' }], link)
}

test.each([
  [
    'a changed byte in an event',
    (folder: string) =>
      tamper(folder, 'events', (events) => {
        const bytes = Buffer.from(events.get(30) as Buffer)
        bytes[60] = (bytes[60] ?? 0) ^ 1
        events.putSync(30, bytes)
      }),
    30,
    /position 30 is damaged/,
  ],
  [
    'an event that was exchanged for another with a right checksum',
    (folder: string) =>
      tamper(folder, 'events', (events) => {
        events.putSync(9, reworded(events.get(9) as Buffer))
      }),
    9,
    /position 9 does not follow/,
  ],
  [
    'an event that was exchanged and tied to the one before it',
    (folder: string) =>
      tamper(folder, 'events', (events) => {
        events.putSync(9, reworded(events.get(9) as Buffer, linkOf(events.get(8) as Buffer, nowhere)))
      }),
    10,
    /position 10 does not follow/,
  ],
  [
    'an event that was taken out',
    (folder: string) => tamper(folder, 'events', (events) => void events.removeSync(30)),
    30,
    /position 30 is missing/,
  ],
  [
    'an event that was taken off the end',
    (folder: string) => tamper(folder, 'events', (events) => void events.removeSync(122)),
    122,
    /ends at position 121, though position 122 was on disk/,
  ],
  [
    'an event that was put in at the end',
    (folder: string) =>
      tamper(folder, 'events', (events) => {
        const tuple = decodeLinked(events.get(122) as Buffer, nowhere)
        events.putSync(123, encodeLinked(tuple, noLink))
      }),
    123,
    /position 123 does not follow/,
  ],
  [
    'an index that leads to another event',
    (folder: string) => tamper(folder, 'streams', (streams) => void streams.putSync([stream, 2], 3)),
    3,
    /version 2 of task\/json:tasks.json\/T-3 should be at position 3: version 2 of task\/json:tasks.json\/T-1 is there/,
  ],
  [
    'an index with a gap',
    (folder: string) => tamper(folder, 'streams', (streams) => void streams.removeSync([stream, 2])),
    10,
    /T-3 has version 3 where 2 should be/,
  ],
  [
    'an index that has lost the end of a history',
    (folder: string) => tamper(folder, 'streams', (streams) => void streams.removeSync([stream, 3])),
    null,
    /knows 121 events, of 122/,
  ],
  [
    'a lease that the log knows nothing of',
    (folder: string) => tamper(folder, 'fences', (fences) => void fences.putSync('loop/default', 7)),
    null,
    /lease of loop\/default is at 7, in the log at 1/,
  ],
  [
    'a row that is not what the log says',
    (folder: string) =>
      tamper(folder, 'rows', (rows) => {
        const row = decode(rows.get(['board', stream]) as Buffer, nowhere) as object
        rows.putSync(['board', stream], encode({ ...row, title: 'Something else' }))
      }),
    null,
    /row task\/json:tasks.json\/T-3 of the view board is not what the log says/,
  ],
  [
    'a history that its chart does not allow',
    async (folder: string) => {
      const { log, close } = await openStoreIn(folder)
      const events = [skipped, skipped, { type: 'task.unblocked', data: {} } as const]
      await log.append([{ stream, expectedVersion: 3, events }], context)
      await close()
    },
    125,
    /task.unblocked cannot happen to a task that is "skipped"/,
  ],
])('%s is found', async (_, damage, position, problem) => {
  const project = await projectWithHistory()
  await damage(project.folder)
  const { code, out } = await project.loopwork('verify', '--json')
  expect([code, JSON.parse(out)]).toMatchObject([7, { whole: false, firstBadPosition: position }])
  expect(JSON.parse(out).problem).toMatch(problem)
  const told = await project.loopwork('verify')
  expect(told.code).toBe(7)
  expect(told.out).toMatch(problem)
  expect(told.err).toMatch(/is damaged[\s\S]*hint:/)
})

test('a file that was cut short is found, though reading it ends the process', async () => {
  const project = await projectWithHistory()
  truncateSync(join(storeIn(project.folder), 'data.mdb'), 5 * 4096)
  const { code, out } = await project.loopwork('verify', '--json')
  expect(code).toBe(7)
  expect(JSON.parse(out)).toMatchObject({ whole: false })
})

test('where there is no store, verify says so', async () => {
  const project = makeProject({ 'package.json': '{}' })
  const { code, err } = await project.loopwork('verify')
  expect([code, err]).toEqual([4, expect.stringMatching(/there is no .*\n.*hint/)])
})
