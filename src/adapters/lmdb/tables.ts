import { chmodSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Database, open, type RootDatabase } from 'lmdb'
import { LoopworkError } from '../../errors.ts'
import { assertRoom } from './room.ts'

/** The tables of a store. Nothing of ours is in the root, whose key space is that of the tables' names. */
export type Tables = {
  readonly root: RootDatabase
  readonly meta: Database<number, string>
  /** Events by position. */
  readonly events: Database<Buffer, number>
  /** Positions by stream and version. */
  readonly streams: Database<number, [string, number]>
  /** The highest token raised by each name. */
  readonly fences: Database<number, string>
  /** Until when the holder of each name is known to be there, in milliseconds since 1970. */
  readonly leases: Database<number, string>
  /** Rows by view and key. */
  readonly rows: Database<Buffer, [string, string]>
  readonly checkpoints: Database<Buffer, string>
  /** What plugins leave behind, by owner and key. */
  readonly plugins: Database<Buffer, [string, string]>
  /** Fails as a full disk does, unless there is room for so many writes. To be called before a transaction. */
  assertRoom(writes: number): void
}

/** The layout of the tables. A store with a higher one was written by a newer version. */
const layout = 1
/** Address space, not memory or disk. */
const mapBytes = 16 * 1024 ** 3

/** Tables that came after the first: a store that no newer version has opened yet lacks them, and is well. */
const later: ReadonlySet<string> = new Set(['plugins'])

/** Opens the environment. To be called inside the gate, alone. */
export function openTables(path: string): Tables {
  if (!existsSync(join(path, 'data.mdb'))) assertRoom(path, tableCount)
  const root = open({ ...settings, path })
  const tables = tablesOf(root, path)
  for (const file of ['data.mdb', 'lock.mdb']) chmodSync(join(path, file), 0o600)
  root.readerCheck()
  if (layoutOf(tables) === undefined) root.transactionSync(() => tables.meta.putSync('layout', layout))
  return tables
}

/** Opens an environment that is there already, and changes nothing in it. Also inside the gate. */
export function openTablesToRead(path: string): Tables {
  const root = open({ ...settings, path, readOnly: true })
  const tables = tablesOf(root, path)
  const missing = Object.entries(tables).filter(([name, table]) => table === undefined && !later.has(name))
  if (missing.length === 0 && layoutOf(tables) === layout) return tables
  const what = missing.length > 0 ? `has no ${missing.map(([name]) => name).join(', ')}` : 'has no layout'
  throw new LoopworkError('corrupt', `the store at ${path} ${what}: it is damaged, or not one of loopwork`, {
    hint: 'Is it the right folder? Otherwise `loopwork restore` brings a backup back.',
  })
}

/** Opens as little as can be of an environment that is damaged. Also inside the gate. */
export function openEventsToRead(path: string): Pick<Tables, 'root' | 'events'> {
  const root = open({ ...settings, path, readOnly: true })
  const events = root.openDB<Buffer, number>('events', { encoding: 'binary' })
  if (events) return { root, events }
  throw new LoopworkError('corrupt', `the table of events cannot be found in ${path}`, {
    hint: 'Nothing can be saved from it. `loopwork restore` brings a backup back.',
  })
}

const tableCount = 8

const settings = {
  noSubdir: false, // a folder, even if there is a dot in its name
  mapSize: mapBytes,
  maxDbs: 12,
  overlappingSync: false, // the default loses acknowledged writes when a process is killed
  encoding: 'binary',
  cache: false,
} as const

function tablesOf(root: RootDatabase, path: string): Tables {
  return {
    root,
    assertRoom: (writes) => assertRoom(path, writes),
    meta: root.openDB<number, string>('meta', { encoding: 'ordered-binary' }),
    events: root.openDB<Buffer, number>('events', { encoding: 'binary' }),
    streams: root.openDB<number, [string, number]>('streams', { encoding: 'ordered-binary' }),
    fences: root.openDB<number, string>('fences', { encoding: 'ordered-binary' }),
    leases: root.openDB<number, string>('leases', { encoding: 'ordered-binary' }),
    rows: root.openDB<Buffer, [string, string]>('rows', { encoding: 'binary' }),
    checkpoints: root.openDB<Buffer, string>('checkpoints', { encoding: 'binary' }),
    plugins: root.openDB<Buffer, [string, string]>('plugins', { encoding: 'binary' }),
  }
}

function layoutOf({ meta }: Tables): number | undefined {
  const found = meta.get('layout')
  if (found === undefined || found <= layout) return found
  throw new LoopworkError('corrupt', `the store has layout ${found}; this version reads up to ${layout}`, {
    hint: 'It was written by a newer loopwork. Upgrade loopwork, then try again.',
  })
}

/** The position of the newest event; what this process sees is as new as its last reset. */
export function lastPosition({ events }: Tables): number {
  for (const key of events.getKeys({ reverse: true, limit: 1 })) return key
  return 0
}
