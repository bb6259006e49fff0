import { LoopworkError } from '../errors.ts'
import { type DomainEvent, type Fact, parseEvent, schemaVersion } from './catalogue.ts'
import type { Asker, StreamId } from './event.ts'

/** What every event of one append has in common. */
export type Envelope = {
  readonly at: string
  readonly by: Asker
  readonly session: string | null
  readonly correlation: string
  readonly causation: string
}

/** An event that has been checked and has all of its envelope but its place. */
export type Draft = Omit<Fact, 'position' | 'version'>

/** Checks events before they are written and gives them ids. Fails with `corrupt` where one is malformed. */
export function draft(
  stream: StreamId,
  events: readonly DomainEvent[],
  envelope: Envelope,
  newId: () => string,
): Draft[] {
  assertStreamName(stream)
  const { at, by, session, correlation, causation } = envelope
  return events.map((event) => ({
    id: newId(),
    stream,
    at,
    session,
    correlation,
    causation,
    by,
    schema: schemaVersion,
    event: parseEvent(event, `an event for ${stream}`),
  }))
}

/** Longest name of a stream in UTF-16 units: it has to fit into a key of a store together with a version. */
const longestName = 600

function assertStreamName(stream: string): void {
  const isGood = /^(task|loop)\/./.test(stream) && !stream.includes('\0') && stream.length <= longestName
  if (isGood) return
  throw new LoopworkError('invalid', `${JSON.stringify(stream.slice(0, 80))} cannot name a stream`, {
    hint: `A name is at most ${longestName} characters long and holds no NUL.`,
  })
}
