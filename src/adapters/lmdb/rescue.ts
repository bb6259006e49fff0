import { join } from 'node:path'
import { open } from 'lmdb'
import type { Fact } from '../../events/catalogue.ts'
import { type Link, linkOf, noLink } from './codec.ts'
import { decodeFact, encodeFact } from './fact-codec.ts'
import { openTables, type Tables } from './tables.ts'

/** Events of a damaged store, sorted while they come in any order, and the store that is made of them. */
export type Rescue = {
  /** Takes one event; says whether it is whole. Each position is taken once. */
  take(position: number, bytes: Buffer): boolean
  /** All that were taken, by position. */
  facts(): Iterable<Fact>
  /**
   * Writes a new store with all histories up to their first hole, and copies it to `data.mdb` in a folder.
   * Gives how many events are in it.
   */
  build(copyTo: string): Promise<number>
  close(): Promise<void>
}

/** How many events are written in one transaction. */
const chunk = 2_000

/** Works in a folder that is thrown away afterwards. */
export function openRescue(folder: string): Rescue {
  const shelf = open<Buffer, number>({ path: join(folder, 'shelf'), encoding: 'binary', noSync: true })

  function* facts(): Generator<Fact> {
    for (const { key, value } of shelf.getRange({ snapshot: false })) yield decodeFact(key, value)
  }

  return {
    take: (position, bytes) => {
      try {
        decodeFact(position, bytes)
      } catch {
        return false
      }
      shelf.putSync(position, bytes)
      return true
    },
    facts,
    build: async (copyTo) => {
      const tables = openTables(join(folder, 'store'))
      const count = writeAll(tables, facts())
      await tables.root.backup(copyTo, true)
      await tables.root.close()
      return count
    },
    close: () => shelf.close(),
  }
}

function writeAll(tables: Tables, facts: Iterable<Fact>): number {
  const versions = new Map<string, number>()
  let position = 0
  let link: Link = noLink
  let waiting: Fact[] = []

  const write = (fact: Fact): void => {
    position += 1
    const bytes = encodeFact(fact, fact.version, link)
    link = linkOf(bytes, () => '')
    tables.events.putSync(position, bytes)
    tables.streams.putSync([fact.stream, fact.version], position)
    if (fact.event.type === 'loop.started') tables.fences.putSync(fact.stream, fact.event.data.epoch)
  }
  const flush = (): void => {
    tables.assertRoom(2 * waiting.length)
    tables.root.transactionSync(() => waiting.forEach(write))
    waiting = []
  }

  for (const fact of facts) {
    if (fact.version !== (versions.get(fact.stream) ?? 0) + 1) continue // behind a hole
    versions.set(fact.stream, fact.version)
    waiting.push(fact)
    if (waiting.length >= chunk) flush()
  }
  flush()
  return position
}
