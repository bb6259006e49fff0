import type { Fact } from '../events/catalogue.ts'
import type { EventLog } from '../ports/event-log.ts'

type ReadAfter = EventLog['readAfter']

/** So many facts are read at a time. */
const pageSize = 64
/** So many pages are kept: plugins that keep up with the loop are about equally far. */
const mostPages = 8

/** What was read after a position. */
type Page = { readonly after: number; readonly facts: readonly Fact[] }

/**
 * Reads the log for many readers: what one has read and decoded, the others are given. Those that are far behind
 * share less, and wait for nobody.
 */
export function sharedPages(readAfter: ReadAfter): ReadAfter {
  const pages: Page[] = [] // the newest last
  const reading = new Map<number, Promise<readonly Fact[]>>()

  const known = (position: number): readonly Fact[] => {
    const page = pages.findLast(({ after, facts }) => after <= position && lastOf(facts) > position)
    return page ? page.facts.filter((fact) => fact.position > position) : []
  }

  const read = async (position: number): Promise<readonly Fact[]> => {
    for await (const facts of readAfter(position, { limit: pageSize })) {
      for (const fact of facts) freeze(fact) // no reader may change what others are given
      pages.push({ after: position, facts })
      if (pages.length > mostPages) pages.shift()
      return facts
    }
    return []
  }

  const readOnce = async (position: number): Promise<readonly Fact[]> => {
    const found = (await reading.get(position)) ?? []
    if (found.length > 0) return found
    const begun = read(position).finally(() => reading.delete(position)) // one begun earlier may have been too early
    reading.set(position, begun)
    return begun
  }

  return async function* shared(position, { limit = Number.POSITIVE_INFINITY } = {}) {
    for (let from = position, left = limit; left > 0; ) {
      const found = known(from)
      const facts = (found.length > 0 ? found : await readOnce(from)).slice(0, left)
      if (facts.length === 0) return
      yield facts
      from = lastOf(facts)
      left -= facts.length
      await new Promise((resolve) => setImmediate(resolve)) // a long replay lets others work
    }
  }
}

function freeze(value: unknown): void {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return
  Object.freeze(value)
  for (const part of Object.values(value)) freeze(part)
}

function lastOf(facts: readonly Fact[]): number {
  return facts.at(-1)?.position ?? 0
}
