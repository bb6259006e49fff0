import { join } from 'node:path'
import { open } from 'lmdb'
import { expect, test } from 'vitest'
import { openInspection } from '../../../src/adapters/lmdb/inspection.ts'
import { openLmdbStore } from '../../../src/adapters/lmdb/store.ts'
import { systemClock } from '../../../src/adapters/system/clock.ts'
import { countingIds } from '../../support/examples.ts'
import { tempFolder } from '../../support/temp.ts'

/** A store from which one table is gone. */
async function storeWithout(table: string): Promise<string> {
  const path = join(tempFolder(), 'store')
  const store = await openLmdbStore({ path, clock: systemClock, newId: countingIds() })
  await store.close()
  const root = open({ path, noSubdir: false, maxDbs: 12, encoding: 'binary' })
  root.openDB({ name: table }).dropSync()
  await root.close()
  return path
}

test('a store of before there were plugins can be checked', async () => {
  const inspection = await openInspection(await storeWithout('plugins'), () => 0)
  expect(inspection.head).toBe(0)
  await inspection.close()
})

test('a store without its events is damaged', async () => {
  await expect(openInspection(await storeWithout('events'), () => 0)).rejects.toMatchObject({
    code: 'corrupt',
    message: expect.stringContaining('has no events'),
  })
})
