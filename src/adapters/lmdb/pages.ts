import { LoopworkError } from '../../errors.ts'
import { storeFailure } from './failures.ts'
import type { Tables } from './tables.ts'

/** An event as it stands in the store. */
export type Stored = { readonly position: number; readonly bytes: Buffer }

/** Events from a position on, at most `limit`. Fails with `corrupt` at a gap. */
export function page({ root, events }: Tables, from: number, limit: number): Stored[] {
  return reading(() => {
    root.resetReadTxn()
    const stored: Stored[] = []
    for (const { key, value } of events.getRange({ start: from, limit })) {
      if (key !== from + stored.length) throw gap(from + stored.length)
      stored.push({ position: key, bytes: value })
    }
    return stored
  })
}

/** Events of one stream after a version, at most `limit`. Fails with `corrupt` at a gap. */
export function pageOfStream(
  { root, streams, events }: Tables,
  stream: string,
  after: number,
  limit: number,
): Stored[] {
  return reading(() => {
    root.resetReadTxn()
    const range = { start: [stream, after + 1], end: [stream, Number.MAX_SAFE_INTEGER], limit }
    const stored: Stored[] = []
    for (const { key, value: position } of streams.getRange(range)) {
      const bytes = events.get(position)
      if (!bytes || key[1] !== after + 1 + stored.length) throw gap(position)
      stored.push({ position, bytes })
    }
    return stored
  })
}

/** Does something that reads, and gives what goes wrong a name. */
export function reading<T>(work: () => T, doing = 'reading events'): T {
  try {
    return work()
  } catch (thrown) {
    throw storeFailure(thrown, doing)
  }
}

function gap(position: number): LoopworkError {
  return new LoopworkError('corrupt', `the event at position ${position} is missing from the store`, {
    hint: 'Stop all loops and copy the store folder before anything else.',
  })
}
