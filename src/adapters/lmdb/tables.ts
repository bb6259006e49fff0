import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import { type Database, open, type RootDatabase } from 'lmdb'
import { LoopworkError } from '../../errors.ts'

/** The tables of a store. Nothing of ours is in the root, whose key space is that of the tables' names. */
export type Tables = {
  readonly root: RootDatabase
  /** Events by position. */
  readonly events: Database<Buffer, number>
  /** Positions by stream and version. */
  readonly streams: Database<number, [string, number]>
  /** The highest token raised by each name. */
  readonly fences: Database<number, string>
  /** Rows by view and key. */
  readonly rows: Database<Buffer, [string, string]>
  readonly checkpoints: Database<Buffer, string>
  /** What plugins leave behind, by owner and key. */
  readonly plugins: Database<Buffer, [string, string]>
}

/** The layout of the tables. A store with a higher one was written by a newer version. */
const layout = 1
/** Address space, not memory or disk. */
const mapBytes = 16 * 1024 ** 3
/** Opens the environment. To be called inside the gate, alone. */
export function openTables(path: string): Tables {
  const root = open({
    path,
    mapSize: mapBytes,
    maxDbs: 12,
    overlappingSync: false, // the default loses acknowledged writes when a process is killed
    encoding: 'binary',
    cache: false,
  })
  const meta = root.openDB<number, string>('meta', { encoding: 'ordered-binary' })
  const tables = {
    root,
    events: root.openDB<Buffer, number>('events', { encoding: 'binary' }),
    streams: root.openDB<number, [string, number]>('streams', { encoding: 'ordered-binary' }),
    fences: root.openDB<number, string>('fences', { encoding: 'ordered-binary' }),
    rows: root.openDB<Buffer, [string, string]>('rows', { encoding: 'binary' }),
    checkpoints: root.openDB<Buffer, string>('checkpoints', { encoding: 'binary' }),
    plugins: root.openDB<Buffer, [string, string]>('plugins', { encoding: 'binary' }),
  }
  for (const file of ['data.mdb', 'lock.mdb']) chmodSync(join(path, file), 0o600)
  root.readerCheck()
  const found = meta.get('layout')
  if (found === undefined) root.transactionSync(() => meta.putSync('layout', layout))
  else if (found > layout) {
    throw new LoopworkError('corrupt', `the store has layout ${found}; this version reads up to ${layout}`, {
      hint: 'It was written by a newer loopwork. Upgrade loopwork, then try again.',
    })
  }
  return tables
}

/** The position of the newest event; what this process sees is as new as its last reset. */
export function lastPosition({ events }: Tables): number {
  for (const key of events.getKeys({ reverse: true, limit: 1 })) return key
  return 0
}
