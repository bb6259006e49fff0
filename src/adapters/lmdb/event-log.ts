import { LoopworkError } from '../../errors.ts'
import type { Fact } from '../../events/catalogue.ts'
import type { StreamId } from '../../events/event.ts'
import { draft } from '../../events/record.ts'
import type { Clock } from '../../ports/clock.ts'
import type { EventLog } from '../../ports/event-log.ts'
import type { Bell } from './bell.ts'
import { type Append, createCommit, type Outcome } from './commit.ts'
import { decodeFact } from './fact-codec.ts'
import { storeFailure } from './failures.ts'
import type { Gate } from './gate.ts'
import { lastPosition, type Tables } from './tables.ts'

/** How many events are read at once, between which other work goes on. */
const pageSize = 512

type Waiting = { readonly append: Append; settle(outcome: Outcome): void }

/** The event log in LMDB. Appends that are asked for together share one commit. */
export function createEventLog(given: {
  readonly tables: Tables
  readonly gate: Gate
  readonly bell: Bell
  readonly clock: Pick<Clock, 'now'>
  newId(): string
}): EventLog {
  const { tables, gate, bell, clock, newId } = given
  const commit = createCommit(tables)
  const queue: Waiting[] = []
  let flushing: Promise<void> | null = null

  /** One commit for all that wait by the time the gate lets us in. */
  const flushOnce = async (): Promise<void> => {
    let waiting: Waiting[] = []
    try {
      const outcomes = await gate.pass('shared', () => {
        waiting = queue.splice(0)
        return commit(waiting.map(({ append }) => append))
      })
      bell.ring()
      for (const [nth, { settle }] of waiting.entries()) settle(outcomes[nth] ?? [])
    } catch (thrown) {
      const failure = storeFailure(thrown, 'writing events')
      if (waiting.length === 0) waiting = queue.splice(0)
      for (const { settle } of waiting) settle(failure)
    }
  }

  const flush = async (): Promise<void> => {
    await Promise.resolve() // whoever asks in the same turn comes along
    while (queue.length > 0) await flushOnce()
    flushing = null
  }

  return {
    append: (writes, context) =>
      new Promise<Fact[]>((resolve, reject) => {
        const envelope = { ...context, at: clock.now().toISOString() }
        const drafted = writes.map((write) => ({
          write,
          drafts: draft(write.stream, write.events, envelope, newId),
        }))
        queue.push({
          append: { writes: drafted, fence: context.fence },
          settle: (outcome) => (outcome instanceof LoopworkError ? reject(outcome) : resolve([...outcome])),
        })
        flushing ??= flush()
      }),

    async *readStream(stream, afterVersion = 0) {
      for (let version = afterVersion; ; ) {
        const facts = reading(() => pageOfStream(tables, stream, version))
        yield* facts
        if (facts.length < pageSize) return
        version += facts.length
      }
    },

    async *readAfter(position, { limit = Number.POSITIVE_INFINITY } = {}) {
      for (let left = limit, from = position + 1; left > 0; ) {
        const facts = reading(() => page(tables, from, Math.min(pageSize, left)))
        if (facts.length > 0) yield facts
        if (facts.length < pageSize) return
        from += facts.length
        left -= facts.length
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
      await flushing
    },
  }
}

function reading<T>(work: () => T): T {
  try {
    return work()
  } catch (thrown) {
    throw storeFailure(thrown, 'reading events')
  }
}

function page({ root, events }: Tables, from: number, limit: number): Fact[] {
  root.resetReadTxn()
  const facts: Fact[] = []
  for (const { key, value } of events.getRange({ start: from, limit })) {
    if (key !== from + facts.length) throw gap(from + facts.length)
    facts.push(decodeFact(key, value))
  }
  return facts
}

function pageOfStream({ root, streams, events }: Tables, stream: StreamId, after: number): Fact[] {
  root.resetReadTxn()
  const range = { start: [stream, after + 1], end: [stream, Number.MAX_SAFE_INTEGER], limit: pageSize }
  const facts: Fact[] = []
  for (const { key, value: position } of streams.getRange(range)) {
    const bytes = events.get(position)
    if (!bytes || key[1] !== after + 1 + facts.length) throw gap(position)
    facts.push(decodeFact(position, bytes))
  }
  return facts
}

function gap(position: number): LoopworkError {
  return new LoopworkError('corrupt', `the event at position ${position} is missing from the store`, {
    hint: 'Stop all loops and copy the store folder before anything else.',
  })
}
