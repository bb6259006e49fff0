// How fast events become durable: our store against SQLite with the same bytes, and against the disk itself.
import { closeSync, fdatasyncSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { nanoid } from 'nanoid'
import { noLink } from '../src/adapters/lmdb/codec.ts'
import { encodeFact } from '../src/adapters/lmdb/fact-codec.ts'
import { taskStream } from '../src/events/event.ts'
import { draft } from '../src/events/record.ts'
import { context, openStore, progressed } from './events.ts'
import { report, whole } from './figure.ts'
import { scratchFolder } from './folders.ts'
import { openSqlite } from './sqlite.ts'

const rounds = 5
const forMs = 700
const blockBytes = 500
const fileBytes = 4 << 20

const folder = scratchFolder()
const stream = taskStream('json', 'SET-001')
const store = await openStore(join(folder, 'store'))
let version = 0

async function ours(group: number): Promise<number> {
  const start = performance.now()
  let done = 0
  while (performance.now() - start < forMs) {
    const events = Array.from({ length: group }, (_, nth) => progressed(version + nth))
    await store.log.append([{ stream, expectedVersion: version, events }], context)
    version += group
    done += group
  }
  return perSecond(done, start)
}

/** What the disk gives for two small writes that must both be on it: no commit of two steps can be faster. */
function disk(): number {
  const start = performance.now()
  let done = 0
  while (performance.now() - start < forMs) {
    for (const half of [0, 1]) {
      const place = ((done * 2 + half) * blockBytes) % (fileBytes - blockBytes)
      writeSync(plain, block, 0, blockBytes, place)
      fdatasyncSync(plain)
    }
    done += 1
  }
  return perSecond(done, start)
}

const perSecond = (done: number, start: number): number => (done / (performance.now() - start)) * 1000

const block = Buffer.alloc(blockBytes, 'x')
const plain = openSync(join(folder, 'plain'), 'w')
writeSync(plain, Buffer.alloc(fileBytes))
fdatasyncSync(plain)

const envelope = { ...context, at: new Date().toISOString() }
const events = Array.from({ length: 100 }, (_, nth) => progressed(nth))
const values = draft(stream, events, envelope, nanoid).map((one, nth) => encodeFact(one, nth + 1, noLink))
const sqlite = await openSqlite(join(folder, 'peer.sqlite'), values)
const bytes = Math.round(values.reduce((sum, value) => sum + value.length, 0) / values.length)
console.log(`  peer: ${sqlite.name}; an event has ${bytes} bytes; best of ${rounds} rounds of ${forMs} ms`)

for (const group of [1, 100]) {
  await ours(group) // so that everybody runs compiled code from the first round on
  await sqlite.round({ group, forMs })
}

for (const group of [1, 10, 100]) {
  const best = { ours: 0, sqlite: 0, disk: 0 }
  for (let round = 0; round < rounds; round += 1) {
    const now = {
      ours: await ours(group),
      sqlite: await sqlite.round({ group, forMs }),
      disk: group === 1 ? disk() : 0,
    }
    console.log(
      `  ${group} per append: ours ${whole(now.ours)}/s, SQLite ${whole(now.sqlite)}/s` +
        (group === 1 ? `, disk ${whole(now.disk)}/s` : ''),
    )
    best.ours = Math.max(best.ours, now.ours)
    best.sqlite = Math.max(best.sqlite, now.sqlite)
    best.disk = Math.max(best.disk, now.disk)
  }
  if (group === 1) show('append, 1 event', 'twice fdatasync', best.ours, best.disk, 0.95)
  const name = group === 1 ? 'append, 1 event' : `append, ${group} events at once`
  show(name, 'SQLite', best.ours, best.sqlite, group === 1 ? null : 1)
}

function show(name: string, peerName: string, mine: number, peer: number, least: number | null): void {
  const ratio = mine / peer
  report({
    name,
    ours: `${whole(mine)}/s`,
    peer: `${peerName} ${whole(peer)}/s`,
    ratio: ratio.toFixed(2),
    aim: least === null ? 'none' : `>= ${least.toFixed(2)}`,
    isMet: least === null ? null : ratio >= least,
  })
}

closeSync(plain)
sqlite.close()
await store.close()
