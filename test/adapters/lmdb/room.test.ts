import { spawnSync } from 'node:child_process'
import { statfsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { openLmdbStore } from '../../../src/adapters/lmdb/store.ts'
import { context, countingIds, queued } from '../../support/examples.ts'
import { tempFolder } from '../../support/temp.ts'

/** LMDB spoils the memory of a process that meets a full disk: that it never does is all that can be tested. */
test('a store stops writing while there is still room for what it has begun', async ({ skip }) => {
  const disk = tempFolder()
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', disk]).status !== 0) {
    skip('no file system may be mounted here')
  }
  onTestFinished(() => {
    spawnSync('umount', ['-l', disk])
  })
  const clock = { now: () => new Date('2026-01-25T10:00:00Z') }
  const store = await openLmdbStore({ path: join(disk, 'store'), clock, newId: countingIds() })
  const events = Array.from({ length: 10 }, () => queued)
  const appendUntilFull = async () => {
    for (let nth = 0; ; nth += 1) {
      await store.log.append([{ stream: `task/b/${nth}`, expectedVersion: 0, events }], context)
    }
  }
  await expect(appendUntilFull()).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringContaining('the disk is full'),
  })
  const { bavail, bsize } = statfsSync(disk)
  expect(bavail * bsize).toBeGreaterThan(64 * 1024)
  await expect(store.leases.renew({ name: 'loop/default', token: 0 }, clock.now())).resolves.toBeDefined() // what is small still finds room
  await store.close()
})
