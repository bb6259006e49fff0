import type { Fact } from '../events/catalogue.ts'
import { taskOf } from '../events/event.ts'
import type { LoopEvent, LoopMode, RunOptions, StopReason } from '../events/loop.ts'
import type { ProcessIdentity } from '../events/shapes.ts'
import type { Projection, Rows } from './projection.ts'

/** An agent that may not be used for now. */
type Bar = Extract<LoopEvent, { type: 'loop.agentBarred' }>['data']

export type LoopState = 'running' | 'idle' | 'paused' | 'draining' | 'interrupting' | 'stopped'

export type LoopRow = {
  readonly namespace: string
  readonly state: LoopState
  readonly since: string
  /** Why it is in this state. */
  readonly reason: string
  /** When an idle loop looks again, where that is known. */
  readonly until: string | null
  readonly stopReason: StopReason | null
  readonly session: string
  readonly files: string
  readonly startedAt: string
  readonly holder: ProcessIdentity | null
  readonly epoch: number
  readonly options: RunOptions
  readonly args: readonly string[]
  readonly cwd: string
  readonly mode: LoopMode
  readonly version: string
  readonly backlogProblem: string | null
  /** Since when the backlog cannot be had, and when it is tried again; null where it needs a repair, or nothing. */
  readonly outage: { readonly since: string; readonly nextTry: string | null } | null
  /** Attempts begun in the session. */
  readonly iterations: number
  readonly bars: readonly Bar[]
  /** What keeps new attempts from being started before an instant; outlives the session. */
  readonly hold: { readonly reason: string; readonly until: string } | null
  /** Tasks of the session that failed one after the other. */
  readonly failuresInRow: number
  /** The first task that has failed since the process took the namespace. */
  readonly failed: string | null
  /** Since when and why a person has paused it, whatever its state; lasts until `continue`. */
  readonly pause: { readonly since: string; readonly reason: string } | null
}

/** What keeps a loop from its backlog. What only cannot be had at the moment needs no repair. */
export function backlogOf(row: Pick<LoopRow, 'backlogProblem' | 'outage'> | undefined) {
  const { backlogProblem: problem = null, outage = null } = row ?? {}
  if (problem === null || outage === null) return { backlogProblem: problem, outage: null }
  const isPutOff = outage.nextTry !== null
  return { backlogProblem: null, outage: isPutOff ? { reason: problem, until: outage.nextTry } : null }
}

/** Rows that say which namespace a session belongs to begin with this. */
export const sessionOwnerPrefix = '#session/'

/** Every namespace and what its loop is doing. Rows by namespace. */
export const loops: Projection = {
  name: 'loops',
  version: 4,
  on: {
    'loop.started': (rows, data, fact) => {
      const namespace = namespaceOf(fact)
      const before = rows.get(namespace) as LoopRow | undefined
      const isSame = before?.session === data.session
      rows.set(sessionOwnerPrefix + data.session, namespace)
      rows.set(namespace, {
        namespace,
        ...(before?.pause
          ? { state: 'paused', ...before.pause }
          : { state: 'running', since: fact.at, reason: data.resumes ? 'resumed' : 'started' }),
        until: null,
        stopReason: null,
        session: data.session,
        files: data.files,
        startedAt: isSame && before ? before.startedAt : fact.at,
        holder: data.holder,
        epoch: data.epoch,
        options: data.options,
        args: data.args,
        cwd: data.cwd,
        mode: data.mode,
        version: data.version,
        backlogProblem: null,
        outage: null,
        iterations: isSame && before ? before.iterations : 0,
        pause: before?.pause ?? null,
        bars: [],
        hold: before?.hold ?? null,
        failuresInRow: 0,
        failed: null,
      } satisfies LoopRow)
    },
    'loop.idled': (rows, { reason, until }, fact) => change(rows, fact, { state: 'idle', reason, until }),
    'loop.woke': (rows, { reason }, fact) => change(rows, fact, { state: 'running', reason, until: null }),
    'loop.paused': (rows, { reason }, fact) => {
      const pause = { since: fact.at, reason }
      const { state } = (rows.get(namespaceOf(fact)) as LoopRow | undefined) ?? {}
      const isMoved = state === 'running' || state === 'idle'
      patch(rows, fact, isMoved ? { state: 'paused', ...pause, until: null, pause } : { pause })
    },
    'loop.continued': (rows, { reason }, fact) => {
      const { state } = (rows.get(namespaceOf(fact)) as LoopRow | undefined) ?? {}
      if (state === 'paused') change(rows, fact, { state: 'running', reason, pause: null })
      else patch(rows, fact, { pause: null })
    },
    'loop.drainRequested': (rows, { reason }, fact) =>
      change(rows, fact, { state: 'draining', reason, until: null }),
    'loop.interruptRequested': (rows, { reason }, fact) =>
      change(rows, fact, { state: 'interrupting', reason, until: null }),
    'loop.abortRequested': (rows, { reason }, fact) =>
      change(rows, fact, { state: 'interrupting', reason, until: null }),
    'loop.stopped': (rows, { reason, detail }, fact) =>
      change(rows, fact, { state: 'stopped', stopReason: reason, reason: detail, until: null, holder: null }),
    'loop.backlogRefused': (rows, { problem, isOutage, nextTry }, fact) => {
      const since = (rows.get(namespaceOf(fact)) as LoopRow | undefined)?.outage?.since ?? fact.at
      patch(rows, fact, { backlogProblem: problem, outage: isOutage ? { since, nextTry } : null })
    },
    'loop.backlogAccepted': (rows, _, fact) => patch(rows, fact, { backlogProblem: null, outage: null }),
    'loop.held': (rows, { reason, until }, fact) => patch(rows, fact, { hold: { reason, until } }),
    'loop.agentBarred': (rows, bar, fact) => {
      const row = rows.get(namespaceOf(fact)) as LoopRow | undefined
      const others = (row?.bars ?? []).filter(
        ({ agent, model }) => agent !== bar.agent || model !== bar.model,
      )
      patch(rows, fact, { bars: [...others, bar] })
    },
    'task.failed': (rows, { attempt }, fact) => {
      if (attempt === undefined) return // a person's word, which says nothing of the agents
      const { id } = taskOf(fact.stream)
      tally(rows, fact, (row) => ({ failuresInRow: row.failuresInRow + 1, failed: row.failed ?? id }))
    },
    'task.completed': (rows, _, fact) => tally(rows, fact, () => ({ failuresInRow: 0 })),
    'task.claimed': (rows, { namespace }) => {
      const row = rows.get(namespace) as LoopRow | undefined
      if (row) rows.set(namespace, { ...row, iterations: row.iterations + 1 })
    },
  },
}

function tally(rows: Rows, { session }: Fact, next: (row: LoopRow) => Partial<LoopRow>): void {
  const owner = session ? (rows.get(sessionOwnerPrefix + session) as string | undefined) : undefined
  const row = owner ? (rows.get(owner) as LoopRow | undefined) : undefined
  if (row?.session === session) rows.set(row.namespace, { ...row, ...next(row) })
}

function change(rows: Rows, fact: Fact, more: Partial<LoopRow>): void {
  patch(rows, fact, { ...more, since: fact.at })
}

function patch(rows: Rows, fact: Fact, more: Partial<LoopRow>): void {
  const row = rows.get(namespaceOf(fact)) as LoopRow | undefined
  if (row) rows.set(row.namespace, { ...row, ...more })
}

function namespaceOf(fact: Fact): string {
  return fact.stream.slice('loop/'.length)
}
