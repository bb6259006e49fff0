import type { AgentEvent } from '../events/agent.ts'
import type { Fact } from '../events/catalogue.ts'
import type { Projection, Rows } from './projection.ts'

/** A sub-task, or a task of its own, that an agent has asked for or that was found in what it left. */
export type Subtask = Extract<AgentEvent, { type: 'task.subtaskAsked' }>['data']

/** Something that a remote backlog is still to be told. */
export type Telling = {
  /** The id of the fact that asked for it. */
  readonly request: string
  readonly stream: string
  /** What its status is to be; `add` for a sub-task that is to be added. */
  readonly status: string
  readonly note: string | null
  readonly subtask: Subtask | null
  readonly position: number
  readonly since: string
  /** Why it was not told yet, where it was tried. */
  readonly problem: string | null
  /** When it is tried again, where it was tried. */
  readonly nextTry: string | null
}

/**
 * What remote backlogs are still to be told. Rows by task; a task without any has none. A status without a
 * note is not told any more once another follows it.
 */
export const outbox: Projection = {
  name: 'outbox',
  version: 2,
  on: {
    'task.tellRequested': (rows, { status, note }, fact) => {
      const before = tellingsOf(rows, fact).filter(({ note, subtask }) => note !== null || subtask !== null)
      const { id, stream, position, at } = fact
      put(rows, fact, [...before, { ...untried, request: id, stream, status, note, position, since: at }])
    },
    'task.subtaskAsked': (rows, subtask, fact) => {
      const { id, stream, position, at } = fact
      const asked = { ...untried, request: id, stream, status: 'add', note: null, position, since: at }
      put(rows, fact, [...tellingsOf(rows, fact), { ...asked, subtask }])
    },
    'task.subtaskAdded': (rows, { request }, fact) => drop(rows, fact, request),
    'task.subtaskRefused': (rows, { request }, fact) => drop(rows, fact, request),
    'task.tellDelayed': (rows, { request, problem, nextTry }, fact) =>
      put(
        rows,
        fact,
        tellingsOf(rows, fact).map((one) => (one.request === request ? { ...one, problem, nextTry } : one)),
      ),
    'task.tellDone': (rows, { request }, fact) => drop(rows, fact, request),
    'task.tellDropped': (rows, { request }, fact) => drop(rows, fact, request),
  },
}

const untried = { subtask: null, problem: null, nextTry: null }

/** The tellings of rows of the view, oldest first. */
export function inOrder(rows: Iterable<readonly Telling[]>): Telling[] {
  return [...rows].flat().sort((a, b) => a.position - b.position)
}

function tellingsOf(rows: Rows, { stream }: Fact): readonly Telling[] {
  return (rows.get(stream) as readonly Telling[] | undefined) ?? []
}

function drop(rows: Rows, fact: Fact, request: string): void {
  put(
    rows,
    fact,
    tellingsOf(rows, fact).filter((one) => one.request !== request),
  )
}

function put(rows: Rows, { stream }: Fact, tellings: readonly Telling[]): void {
  rows.set(stream, tellings.length === 0 ? undefined : tellings)
}
