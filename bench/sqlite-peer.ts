// The peer of the append bench: a program of its own, so that it may run under another Node than we do.
import { rmSync } from 'node:fs'

/** Insert groups of `group` events for `forMs`, one durable transaction each. */
export type Round = { readonly group: number; readonly forMs: number }
export type Ready = { readonly name: string }

type Database = {
  exec(sql: string): unknown
  prepare(sql: string): {
    run(...values: readonly unknown[]): unknown
    get(): unknown
  }
}

const [kind = '', file = '', encoded = ''] = process.argv.slice(2)
const values = encoded.split(',').map((text) => Buffer.from(text, 'base64'))

async function open(): Promise<Database> {
  // The names are variables, so that nothing of it is needed where the benches are type-checked.
  const module = await import(kind)
  return kind === 'node:sqlite' ? new module.DatabaseSync(file) : new module.default(file)
}

const database = await open()
database.exec('pragma journal_mode = wal; pragma synchronous = full')
database.exec(`create table events (
  position integer primary key, stream text not null, version integer not null, bytes blob not null,
  unique (stream, version)
)`)
const insert = database.prepare('insert into events values (?, ?, ?, ?)')
const begin = database.prepare('begin immediate')
const commit = database.prepare('commit')
let position = 0

function round({ group, forMs }: Round): number {
  const start = performance.now()
  let done = 0
  while (performance.now() - start < forMs) {
    begin.run()
    for (let nth = 0; nth < group; nth += 1) {
      position += 1
      insert.run(position, 'task/json/SET-001', position, values[nth % values.length])
    }
    commit.run()
    done += group
  }
  return (done / (performance.now() - start)) * 1000
}

process.on('message', (wanted: Round) => process.send?.(round(wanted)))
process.on('exit', () => rmSync(file, { force: true }))
const { version } = database.prepare('select sqlite_version() as version').get() as { version: string }
process.send?.({
  name: `${kind}, SQLite ${version}, WAL, synchronous=FULL, under Node ${process.version}`,
} satisfies Ready)
