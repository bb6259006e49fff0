import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { open } from 'lmdb'
import { expect, onTestFinished, test } from 'vitest'
import { encodeLinked, noLink } from '../../../src/adapters/lmdb/codec.ts'
import { openLmdbStore, type Store } from '../../../src/adapters/lmdb/store.ts'
import { context, countingIds, now, queued, skipped } from '../../support/examples.ts'
import { tempFolder } from '../../support/temp.ts'
import { all, eventLogContract } from '../event-log.contract.ts'
import { pluginStoreContract } from '../plugin-store.contract.ts'
import { viewStoreContract } from '../view-store.contract.ts'

const openAt = (path: string): Promise<Store> =>
  openLmdbStore({ path, clock: { now: () => now }, newId: countingIds() })

async function opened(path = join(tempFolder(), 'store')): Promise<Store> {
  const store = await openAt(path)
  onTestFinished(() => store.close().catch(() => undefined))
  return store
}

eventLogContract('an event log in LMDB', async () => (await opened()).log)
viewStoreContract('a view store in LMDB', async () => (await opened()).views)
pluginStoreContract('a store for plugins in LMDB', async () => (await opened()).plugins)

test('what was written is there when the store is opened again', async () => {
  const path = join(tempFolder(), 'store')
  const before = await openAt(path)
  await before.log.append([{ stream: 'task/b/1', expectedVersion: 0, events: [queued, skipped] }], context)
  const written = await all(before.log)
  await before.close()
  const after = await opened(path)
  expect(await all(after.log)).toEqual(written)
})

test('its files can be read by their owner alone', async () => {
  const path = join(tempFolder(), 'deep', 'store')
  const { log } = await opened(path)
  await log.append([{ stream: 'task/b/1', expectedVersion: 0, events: [queued] }], context)
  expect(statSync(path).mode & 0o777).toBe(0o700)
  for (const file of readdirSync(path))
    expect([file, statSync(join(path, file)).mode & 0o777]).toEqual([file, 0o600])
})

/** Writes into the store's tables behind its back. */
async function tamper(path: string, change: (put: (position: number, bytes: Buffer) => void) => void) {
  const root = open({ path, encoding: 'binary', maxDbs: 12 })
  const events = root.openDB<Buffer, number>('events', { encoding: 'binary' })
  change((position, bytes) => events.putSync(position, bytes))
  await root.close()
}

async function written(): Promise<string> {
  const path = join(tempFolder(), 'store')
  const store = await openAt(path)
  await store.log.append([{ stream: 'task/b/1', expectedVersion: 0, events: [queued] }], context)
  await store.close()
  return path
}

const tuple = (schema: number, type: string, data: unknown) =>
  encodeLinked(['id', 'task/b/1', 2, now.getTime(), null, 'c', 'a', 'cli', schema, type, data], noLink)

test.each([
  ['an unknown event', tuple(1, 'task.exploded', {}), /position 2 is of the unknown type "task.exploded"/],
  [
    'a malformed event',
    tuple(1, 'task.skipped', { reason: 7 }),
    /position 2 is a malformed task.skipped: reason/,
  ],
  ['a newer schema', tuple(99, 'task.skipped', { reason: 'x' }), /position 2 is of schema 99/],
  ['damaged bytes', Buffer.from([2, 0, 0, 0, 0, 0xc0]), /position 2 is damaged/],
  ['another encoding', Buffer.from([9, 1, 2, 3]), /position 2 is written in the unknown encoding 9/],
])('%s stops the reader, who says where', async (_, bytes, message) => {
  const path = await written()
  await tamper(path, (put) => put(2, bytes))
  const { log } = await opened(path)
  await expect(all(log)).rejects.toMatchObject({ code: 'corrupt', message: expect.stringMatching(message) })
})

test('a missing position stops the reader', async () => {
  const path = await written()
  await tamper(path, (put) => put(3, tuple(1, 'task.skipped', { reason: 'x' })))
  const { log } = await opened(path)
  await expect(all(log)).rejects.toMatchObject({
    code: 'corrupt',
    message: expect.stringMatching(/position 2/),
  })
})

test('a store of a newer layout is refused with a hint', async () => {
  const path = await written()
  const root = open({ path, encoding: 'binary', maxDbs: 12 })
  root.openDB<number, string>('meta', { encoding: 'ordered-binary' }).putSync('layout', 99)
  await root.close()
  await expect(openAt(path)).rejects.toMatchObject({
    code: 'corrupt',
    hint: expect.stringMatching(/Upgrade loopwork/),
  })
})

test('a store that was wound back is noticed at the next append', async () => {
  const path = join(tempFolder(), 'store')
  const { log } = await opened(path)
  await log.append([{ stream: 'task/b/1', expectedVersion: 0, events: [queued] }], context)
  await tamper(path, (put) => put(1, tuple(1, 'task.skipped', { reason: 'somebody else' })))
  await expect(
    log.append([{ stream: 'task/b/1', expectedVersion: 1, events: [skipped] }], context),
  ).rejects.toMatchObject({ code: 'corrupt', message: expect.stringMatching(/no longer in the store/) })
})
