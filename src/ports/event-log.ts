import type { Observable } from 'rxjs'
import type { DomainEvent, Fact } from '../events/catalogue.ts'
import type { Asker, StreamId } from '../events/event.ts'

/** Events to be written at the end of one stream. */
export type Write = {
  readonly stream: StreamId
  /** The version the writer has seen; 0 for a stream that is to begin. */
  readonly expectedVersion: number
  readonly events: readonly DomainEvent[]
}

/** What goes into the envelope of every event of one append. */
export type AppendContext = {
  readonly by: Asker
  readonly session: string | null
  readonly correlation: string
  readonly causation: string
  /** The writer's right to write. Refused as `held` where a higher token has been raised. */
  readonly fence?: Fence
}

/**
 * A fencing token. With `raise` the append sets it, and is refused unless it is higher than the last;
 * without, it must be the last one raised.
 */
export type Fence = { readonly name: string; readonly token: number; readonly raise?: true }

/** The one durable thing. All else can be deleted and folded again from here. */
export type EventLog = {
  /**
   * Writes all events of all `writes`, or none. On disk when it resolves; gives them back in order.
   * Fails with `conflict` where a stream has moved on, `held` where the fence has, `corrupt` where an
   * event is malformed or the store has lost what this process wrote, `unavailable` where the disk is full.
   */
  append(writes: readonly Write[], context: AppendContext): Promise<Fact[]>

  /** The history of one stream after a version, oldest first. */
  readStream(stream: StreamId, afterVersion?: number): AsyncIterable<Fact>

  /** Everything after a position, oldest first, in batches, so that a reader of much pays little for each. */
  readAfter(position: number, options?: { readonly limit?: number }): AsyncIterable<readonly Fact[]>

  /** The position of the newest event; 0 for an empty log. */
  head(): Promise<number>

  /**
   * Rings when there may be something new, whoever wrote it. Carries nothing; may ring too often, never
   * too seldom for more than a second.
   */
  readonly bell: Observable<void>

  close(): Promise<void>
}
