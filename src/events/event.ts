import type * as z from 'zod/mini'

/** Something that happened, named in the past tense. */
export type Event<Type extends string = string, Data = unknown> = {
  readonly type: Type
  readonly data: Data
}

/** The union of events that a catalogue of schemas describes. */
export type EventOf<Catalogue extends Record<string, z.ZodMiniType>> = {
  [Type in keyof Catalogue & string]: Event<Type, z.infer<Catalogue[Type]>>
}[keyof Catalogue & string]

/** The history of one task: the backlog it stands in, then its id there. */
export type TaskStream = `task/${string}`
/** The history of the loop of one namespace. */
export type LoopStream = `loop/${string}`
/** The name of one history in the log. */
export type StreamId = TaskStream | LoopStream

/** Who asked for what happened. */
export type Asker = 'loop' | 'cli' | 'mcp' | 'plugin' | 'agent' | 'backlog'

/** An event as it stands in the log: its place, its time, and who caused it. */
export type Recorded<E extends Event = Event> = {
  /** nanoid, the same for ever. */
  readonly id: string
  /** Place in the whole log, from 1, without gaps. */
  readonly position: number
  readonly stream: StreamId
  /** Place in its own stream, from 1, without gaps. */
  readonly version: number
  /** ISO 8601, UTC, to the millisecond. */
  readonly at: string
  /** The loop session in which it happened, where there was one. */
  readonly session: string | null
  /** What belongs together over several commands: one attempt, one run of the command line. */
  readonly correlation: string
  /** The command that caused it; all events of one append have the same. */
  readonly causation: string
  readonly by: Asker
  /** Version of the vocabulary it was written in. */
  readonly schema: number
  readonly event: E
}

/** The history of a task of a backlog. */
export function taskStream(backlog: string, id: string): TaskStream {
  return `task/${backlog}/${id}`
}

/** The history of a namespace's loop. */
export function loopStream(namespace: string): LoopStream {
  return `loop/${namespace}`
}

/** The backlog and the id that a task's stream was named by. Ids hold no slash. */
export function taskOf(stream: string): { backlog: string; id: string } {
  const cut = stream.lastIndexOf('/')
  return { backlog: stream.slice('task/'.length, cut), id: stream.slice(cut + 1) }
}
