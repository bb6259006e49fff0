// What folding costs on top of reading: a million events into the view of the board.
import { createMemoryViewStore } from '../src/adapters/memory/view-store.ts'
import { board } from '../src/projections/board.ts'
import { openView } from '../src/runtime/views.ts'
import { openStore } from './events.ts'
import { report, whole } from './figure.ts'
import { projectWith, storeOf } from './million.ts'

const events = 1_000_000
const rounds = 3
const most = 1.5

const store = await openStore(storeOf(await projectWith(events)))

async function decode(): Promise<number> {
  const start = performance.now()
  let count = 0
  for await (const batch of store.log.readAfter(0)) count += batch.length
  assertAll(count)
  return performance.now() - start
}

async function foldAll(): Promise<number> {
  const start = performance.now()
  const view = await openView(board, { log: store.log, store: createMemoryViewStore() })
  await view.catchUp()
  assertAll(view.position)
  return performance.now() - start
}

function assertAll(count: number): void {
  if (count < events) throw new Error(`only ${count} of ${events} events were read`)
}

const best = { decode: Number.POSITIVE_INFINITY, fold: Number.POSITIVE_INFINITY }
for (let round = 0; round < rounds; round += 1) {
  const now = { decode: await decode(), fold: await foldAll() }
  console.log(`  decoded in ${whole(now.decode)} ms, decoded and folded in ${whole(now.fold)} ms`)
  best.decode = Math.min(best.decode, now.decode)
  best.fold = Math.min(best.fold, now.fold)
}

const ratio = best.fold / best.decode
report({
  name: `replay, ${whole(events)} events into the board`,
  ours: `${whole(best.fold)} ms`,
  peer: `decoding alone ${whole(best.decode)} ms`,
  ratio: ratio.toFixed(2),
  aim: `< ${most.toFixed(2)}`,
  isMet: ratio < most,
})
await store.close()
