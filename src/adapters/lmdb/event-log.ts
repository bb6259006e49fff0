import type { Fact } from '../../events/catalogue.ts'
import type { Clock } from '../../ports/clock.ts'
import type { EventLog } from '../../ports/event-log.ts'
import type { AppendQueue } from './append-queue.ts'
import type { Bell } from './bell.ts'
import type { Gate } from './gate.ts'
import { page, pageOfStream, reading, type Stored } from './pages.ts'
import { lastPosition, type Tables } from './tables.ts'

/** How many events are read at once, between which other work goes on. */
const pageSize = 512

/**
 * The event log in LMDB. The vocabulary is loaded only when there is an event to be read or written: who looks
 * at views that are up to date needs none of it.
 */
export function createEventLog(given: {
  readonly tables: Tables
  readonly gate: Gate
  readonly bell: Bell
  readonly clock: Pick<Clock, 'now'>
  newId(): string
}): EventLog {
  const { tables, bell } = given
  let queue: Promise<AppendQueue> | null = null

  return {
    append: async (writes, context) => {
      queue ??= import('./append-queue.ts').then(({ createAppendQueue }) => createAppendQueue(given))
      return (await queue).append(writes, context)
    },

    async *readStream(stream, afterVersion = 0) {
      for (let version = afterVersion; ; ) {
        const stored = pageOfStream(tables, stream, version, pageSize)
        yield* await decoded(stored)
        if (stored.length < pageSize) return
        version += stored.length
      }
    },

    async *readAfter(position, { limit = Number.POSITIVE_INFINITY } = {}) {
      for (let left = limit, from = position + 1; left > 0; ) {
        const stored = page(tables, from, Math.min(pageSize, left))
        if (stored.length > 0) yield await decoded(stored)
        if (stored.length < pageSize) return
        from += stored.length
        left -= stored.length
        await new Promise((resolve) => setImmediate(resolve)) // a long replay lets others work
      }
    },

    head: async () =>
      reading(() => {
        tables.root.resetReadTxn()
        return lastPosition(tables)
      }),
    bell: bell.rings,
    close: async () => {
      await (await queue)?.settled()
    },
  }
}

async function decoded(stored: readonly Stored[]): Promise<Fact[]> {
  if (stored.length === 0) return []
  const { decodeFact } = await import('./fact-codec.ts')
  return stored.map(({ position, bytes }) => decodeFact(position, bytes))
}
