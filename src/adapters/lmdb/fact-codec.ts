import { assertReadable, type Fact, parseEvent } from '../../events/catalogue.ts'
import type { Asker, StreamId } from '../../events/event.ts'
import type { Draft } from '../../events/record.ts'
import { decodeLinked, encodeLinked, type Link } from './codec.ts'

/** An event without the names of its fields: half the size. The position is its key. */
type Tuple = readonly [
  id: string,
  stream: StreamId,
  version: number,
  at: number,
  session: string | null,
  correlation: string,
  causation: string,
  by: Asker,
  schema: number,
  type: string,
  data: unknown,
]

/** An event as it stands in the store, after one with that link. */
export function encodeFact(draft: Draft, version: number, before: Link): Buffer {
  const { id, stream, at, session, correlation, causation, by, schema, event } = draft
  const instant = Date.parse(at)
  const tuple: Tuple = [
    id,
    stream,
    version,
    instant,
    session,
    correlation,
    causation,
    by,
    schema,
    event.type,
    event.data,
  ]
  return encodeLinked(tuple, before)
}

/** Reads an event back and checks it again: what this version cannot understand stops the reader. */
export function decodeFact(position: number, bytes: Buffer): Fact {
  const where = () => `the event at position ${position}`
  const tuple = decodeLinked(bytes, where) as Tuple
  const [id, stream, version, at, session, correlation, causation, by, schema, type, data] = tuple
  assertReadable(schema, where())
  return {
    id,
    position,
    stream,
    version,
    at: new Date(at).toISOString(),
    session,
    correlation,
    causation,
    by,
    schema,
    event: parseEvent({ type, data }, where()),
  }
}
