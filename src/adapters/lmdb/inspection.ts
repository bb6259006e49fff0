import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { asFailure, LoopworkError } from '../../errors.ts'
import type { Fact } from '../../events/catalogue.ts'
import type { Flaw, Inspection, KeptView, Reading } from '../../ports/inspection.ts'
import type { Checkpoint } from '../../ports/view-store.ts'
import { lastRing } from './bell.ts'
import { decode, follows, type Link, linkOf, noLink } from './codec.ts'
import { decodeFact } from './fact-codec.ts'
import { storeFailure } from './failures.ts'
import { openGate } from './gate.ts'
import { readHistories } from './histories.ts'
import { reading, type Stored } from './pages.ts'
import { lastPosition, openTablesToRead, type Tables } from './tables.ts'

const pageSize = 512

/** What stands for a row of a view. */
type DigestOf = (row: unknown) => number

/** Opens a store to be checked. Fails with `corrupt` where it cannot even be opened. */
export async function openInspection(path: string, digestOf: DigestOf): Promise<Inspection> {
  if (!existsSync(join(path, 'data.mdb'))) {
    throw new LoopworkError('not_found', `there is no store at ${path}`, {
      hint: 'Begin with `loopwork start`, or name a store or a backup.',
    })
  }
  const doing = `opening the store at ${path} to read it`
  const gate = reading(() => openGate(join(path, 'gate')), doing)
  try {
    const tables = await gate.pass('exclusive', () => openTablesToRead(path))
    const acknowledged = lastRing(join(path, 'wake')) // before the look at the head: others may be writing
    const seen = snapshotOf(tables, digestOf)
    return {
      ...seen,
      acknowledged,
      readAll: () => readAll(tables, seen.head),
      readHistories: () => readHistories(tables, seen.head),
      close: async () => {
        await gate.passAlone(() => tables.root.close())
        gate.close()
      },
    }
  } catch (thrown) {
    gate.close()
    throw storeFailure(thrown, doing)
  }
}

/** What is looked at in one go, so that all of it is of the same moment. */
function snapshotOf(tables: Tables, digestOf: DigestOf): Pick<Inspection, 'head' | 'fences' | 'views'> {
  tables.root.resetReadTxn()
  const fences = new Map([...tables.fences.getRange({})].map(({ key, value }) => [key, value] as const))
  const names = [...tables.checkpoints.getKeys({})]
  const views = new Map(names.map((name) => [name, keptView(tables, name, digestOf)] as const))
  return { head: lastPosition(tables), fences, views }
}

function keptView({ rows, checkpoints }: Tables, view: string, digestOf: DigestOf): KeptView | Flaw {
  try {
    const bytes = checkpoints.get(view) as Buffer
    const checkpoint = decode(bytes, () => `the checkpoint of ${view}`) as Checkpoint
    const digests = new Map<string, number>()
    for (const { key, value } of rows.getRange({ start: [view, ''] })) {
      if (key[0] !== view) break
      if (!rows.get(key)?.equals(value)) throw new Error(`row ${key[1]} of ${view} cannot be looked up`)
      digests.set(key[1], digestOf(decode(value, () => `row ${key[1]} of ${view}`)))
    }
    return { checkpoint, digests }
  } catch (thrown) {
    return flawOf(thrown, null, null)
  }
}

async function* readAll(tables: Tables, head: number): AsyncGenerator<Reading> {
  let link: Link = noLink
  for (let from = 1; from <= head; ) {
    const found = await nextPage(tables, from, Math.min(pageSize, head - from + 1))
    if ('problem' in found) return yield { facts: [], flaw: found }
    const facts: Fact[] = []
    for (const { position, bytes } of found) {
      const fact =
        position === from + facts.length ? readFact(position, bytes, link) : gap(from + facts.length)
      if ('problem' in fact) return yield { facts, flaw: fact }
      link = linkOf(bytes, () => '')
      facts.push(fact)
    }
    yield { facts, flaw: null }
    from += facts.length
  }
}

async function nextPage({ root, events }: Tables, from: number, limit: number): Promise<Stored[] | Flaw> {
  await new Promise((resolve) => setImmediate(resolve)) // no read transaction stays open over many pages
  try {
    root.resetReadTxn()
    const range = events.getRange({ start: from, limit })
    const found = [...range].map(({ key, value }) => ({ position: key, bytes: value }))
    return found.length > 0 ? found : gap(from)
  } catch (thrown) {
    return flawOf(thrown, from, null)
  }
}

function gap(position: number): Flaw {
  return { position, stream: null, problem: `the event at position ${position} is missing` }
}

function readFact(position: number, bytes: Buffer, before: Link): Fact | Flaw {
  try {
    const fact = decodeFact(position, bytes)
    if (follows(bytes, before)) return fact
    const problem = `the event at position ${position} does not follow from the one before it: something there was exchanged, taken out or put in`
    return { position, stream: fact.stream, problem }
  } catch (thrown) {
    return flawOf(thrown, position, null)
  }
}

/** Something thrown while reading, as a flaw. */
function flawOf(thrown: unknown, position: number | null, stream: string | null): Flaw {
  return { position, stream, problem: asFailure(thrown).message }
}
