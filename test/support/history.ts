import { join } from 'node:path'
import { type Database, type Key, open } from 'lmdb'
import { openLmdbStore } from '../../src/adapters/lmdb/store.ts'
import type { DomainEvent } from '../../src/events/catalogue.ts'
import { loopStream, taskStream } from '../../src/events/event.ts'
import { board } from '../../src/projections/board.ts'
import { costs } from '../../src/projections/costs.ts'
import { openView } from '../../src/runtime/views.ts'
import { context, countingIds, now, queued, reset, skipped } from './examples.ts'

export const storeIn = (folder: string): string => join(folder, '.loopwork-state', 'store')

export const openStoreIn = (folder: string, newId = countingIds()) =>
  openLmdbStore({ path: storeIn(folder), clock: { now: () => now }, newId })

export const started = (
  epoch: number,
  holder = { pid: 999_999, start: '1', boot: 'b', host: 'h' },
): DomainEvent => ({
  type: 'loop.started',
  data: {
    session: 'loopwork-default-1',
    epoch,
    holder,
    files: 'sessions/default/1',
    resumes: null,
    options: {
      backend: 'json',
      backlog: 'json:tasks.json',
      feature: null,
      startFrom: null,
      maxIterations: 50,
      timeoutMs: 600_000,
      cli: 'claude',
      model: null,
    },
    args: [],
    cwd: folderOfNobody,
    mode: 'foreground',
    version: '1.0.0',
  },
})

const folderOfNobody = '/nowhere'

/** Writes a history of so many tasks into the store of a project, with views that are kept. */
export async function writeHistory(folder: string, tasks = 40): Promise<void> {
  const store = await openStoreIn(folder)
  const loop = loopStream('default')
  const stopped: DomainEvent = {
    type: 'loop.stopped',
    data: { session: 'loopwork-default-1', reason: 'done', detail: 'all tasks are done' },
  }
  const fence = { name: loop, token: 1, raise: true } as const
  await store.log.append([{ stream: loop, expectedVersion: 0, events: [started(1)] }], { ...context, fence })
  for (let nth = 1; nth <= tasks; nth += 1) {
    const stream = taskStream('json:tasks.json', `T-${nth}`)
    await store.log.append([{ stream, expectedVersion: 0, events: [queued, skipped, reset] }], context)
  }
  await store.log.append([{ stream: loop, expectedVersion: 1, events: [stopped] }], context)
  for (const projection of [board, costs]) {
    const view = await openView(projection, { log: store.log, store: store.views })
    await view.catchUp()
    await view.save()
  }
  await store.close()
}

type RawTable = Database<unknown, Key>

/** Changes the tables of a store behind its back. */
export async function tamper(
  folder: string,
  table: 'events' | 'streams' | 'fences' | 'rows',
  change: (table: RawTable) => void,
): Promise<void> {
  const root = open({ path: storeIn(folder), encoding: 'binary', maxDbs: 12 })
  const encoding = table === 'events' || table === 'rows' ? 'binary' : 'ordered-binary'
  const opened = root.openDB(table, { encoding }) as RawTable
  root.transactionSync(() => change(opened))
  await root.close()
}
