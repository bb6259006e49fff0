import { asFailure } from '../../errors.ts'
import type { Fact } from '../../events/catalogue.ts'
import type { Flaw, Reading } from '../../ports/inspection.ts'
import { decodeFact } from './fact-codec.ts'
import type { Tables } from './tables.ts'

const pageSize = 512

type Entry = { readonly stream: string; readonly version: number; readonly position: number }

/** All events up to the head as the index of the histories has them, each held against what stands there. */
export async function* readHistories(tables: Tables, head: number): AsyncGenerator<Reading> {
  let before: Entry = { stream: '', version: 0, position: 0 }
  let count = 0
  for (;;) {
    await new Promise((resolve) => setImmediate(resolve)) // no read transaction stays open over many pages
    const entries = entriesAfter(tables, before)
    if ('problem' in entries) return yield { facts: [], flaw: entries }
    const facts: Fact[] = []
    for (const entry of entries) {
      if (entry.position <= head) {
        const found = factOf(tables, entry, before)
        if ('problem' in found) return yield { facts, flaw: found }
        facts.push(found)
      }
      before = entry
    }
    count += facts.length
    yield { facts, flaw: null }
    if (entries.length < pageSize) break
  }
  if (count === head) return
  const problem = `the index of the histories knows ${count} events, of ${head} in the log`
  yield { facts: [], flaw: { position: null, stream: null, problem } }
}

function entriesAfter({ root, streams }: Tables, { stream, version }: Entry): Entry[] | Flaw {
  try {
    root.resetReadTxn()
    const range = { start: [stream, version + 1] as [string, number], limit: pageSize }
    return [...streams.getRange(range)].map(({ key, value }) => ({
      stream: key[0],
      version: key[1],
      position: value,
    }))
  } catch (thrown) {
    return { position: null, stream, problem: asFailure(thrown).message }
  }
}

function factOf({ events, streams }: Tables, entry: Entry, before: Entry): Fact | Flaw {
  const { stream, version, position } = entry
  const flaw = (problem: string): Flaw => ({ position, stream, problem })
  const expected = stream === before.stream ? before.version + 1 : 1
  if (version !== expected) return flaw(`${stream} has version ${version} where ${expected} should be`)
  try {
    const bytes = events.get(position)
    if (!bytes)
      return flaw(`version ${version} of ${stream} should be at position ${position}: nothing is there`)
    if (streams.get([stream, version]) !== position) {
      return flaw(`version ${version} of ${stream} is in the index, but cannot be looked up there`)
    }
    const fact = decodeFact(position, bytes)
    if (fact.stream === stream && fact.version === version) return fact
    return flaw(
      `version ${version} of ${stream} should be at position ${position}: version ${fact.version} of ${fact.stream} is there`,
    )
  } catch (thrown) {
    return flaw(asFailure(thrown).message)
  }
}
