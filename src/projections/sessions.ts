import type { Fact } from '../events/catalogue.ts'
import { taskOf } from '../events/event.ts'
import type { StopReason } from '../events/loop.ts'
import type { FailureKind, OutputSize, Usage } from '../events/shapes.ts'
import type { TaskEvent } from '../events/task.ts'
import type { Projection, Rows } from './projection.ts'

export type SessionRow = {
  readonly session: string
  readonly namespace: string
  readonly startedAt: string
  readonly endedAt: string | null
  readonly stopReason: StopReason | null
  /** Folder of its files, relative to the state folder. */
  readonly files: string
  readonly completed: number
  readonly failed: number
}

/** One attempt in a session: what was tried, where its files are, what came of it. */
export type IterationRow = {
  readonly session: string
  readonly iteration: number
  readonly task: string
  readonly title: string
  readonly attempt: number
  readonly agent: string
  readonly model: string | null
  readonly files: string
  readonly startedAt: string
  readonly endedAt: string | null
  readonly outcome: 'running' | 'succeeded' | FailureKind | 'abandoned'
  readonly reason: string | null
  readonly usage: Usage | null
  readonly agentSession: string | null
  readonly durationMs: number | null
  readonly output: OutputSize | null
}

export const sessionRowKey = (session: string): string => `session/${session}`
export const iterationsOf = (session: string): string => `iteration/${session}/`
const iterationKey = (session: string, iteration: number): string =>
  `${iterationsOf(session)}${String(iteration).padStart(8, '0')}`
const openKey = (stream: string): string => `open/${stream}`

/** Every session of every namespace, and every attempt in it: the index of the files in its folder. */
export const sessions: Projection = {
  name: 'sessions',
  version: 1,
  on: {
    'loop.started': (rows, { session, files }, fact) => {
      const before = rows.get(sessionRowKey(session)) as SessionRow | undefined
      rows.set(sessionRowKey(session), {
        session,
        namespace: fact.stream.slice('loop/'.length),
        startedAt: before?.startedAt ?? fact.at,
        endedAt: null,
        stopReason: null,
        files,
        completed: before?.completed ?? 0,
        failed: before?.failed ?? 0,
      } satisfies SessionRow)
    },
    'loop.stopped': (rows, { session, reason }, fact) => {
      const row = rows.get(sessionRowKey(session)) as SessionRow | undefined
      if (row) rows.set(sessionRowKey(session), { ...row, endedAt: fact.at, stopReason: reason })
    },
    'task.claimed': (rows, data, fact) => {
      if (!fact.session) return
      const key = iterationKey(fact.session, data.iteration)
      rows.set(openKey(fact.stream), key)
      rows.set(key, {
        session: fact.session,
        iteration: data.iteration,
        task: taskOf(fact.stream).id,
        title: data.title,
        attempt: data.attempt,
        agent: data.agent,
        model: data.model,
        files: data.files,
        startedAt: fact.at,
        endedAt: null,
        outcome: 'running',
        reason: null,
        usage: null,
        agentSession: null,
        durationMs: null,
        output: null,
      } satisfies IterationRow)
    },
    'task.attemptSucceeded': (rows, data, fact) => end(rows, fact, 'succeeded', data.summary, data),
    'task.attemptFailed': (rows, data, fact) => end(rows, fact, data.kind, data.reason, data),
    'task.attemptAbandoned': (rows, data, fact) => end(rows, fact, 'abandoned', data.reason, data),
    'task.verificationFailed': (rows, { kind, reason }, fact) => {
      const key = rows.get(openKey(fact.stream)) as string | undefined
      const row = key ? (rows.get(key) as IterationRow | undefined) : undefined
      if (key && row) rows.set(key, { ...row, outcome: kind, reason })
    },
    'task.completed': (rows, _, fact) => tally(rows, fact, 'completed'),
    'task.failed': (rows, _, fact) => tally(rows, fact, 'failed'),
  },
}

type Remains = Extract<TaskEvent, { type: 'task.attemptAbandoned' }>['data']

function end(
  rows: Rows,
  fact: Fact,
  outcome: IterationRow['outcome'],
  reason: string,
  { usage, agentSession, durationMs, output }: Omit<Remains, 'reason'>,
): void {
  const key = rows.get(openKey(fact.stream)) as string | undefined
  const row = key ? (rows.get(key) as IterationRow | undefined) : undefined
  if (!key || !row) return
  rows.set(key, { ...row, endedAt: fact.at, outcome, reason, usage, agentSession, durationMs, output })
}

function tally(rows: Rows, fact: Fact, what: 'completed' | 'failed'): void {
  if (!fact.session) return
  const row = rows.get(sessionRowKey(fact.session)) as SessionRow | undefined
  if (row) rows.set(sessionRowKey(fact.session), { ...row, [what]: row[what] + 1 })
}
