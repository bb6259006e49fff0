import type { TaskStream } from '../../events/event.ts'
import type { ProcessIdentity } from '../../events/shapes.ts'
import type { TaskEvent } from '../../events/task.ts'

/** The terms on which a loop took the task. */
export type Attempt = Extract<TaskEvent, { type: 'task.claimed' }>['data']

/** The command that says whether the work is done. */
export type Check = Extract<TaskEvent, { type: 'task.verificationStarted' }>['data']

/** What the agent wants to know of a person. */
export type Question = Extract<TaskEvent, { type: 'task.asked' }>['data']

/** What a task's history amounts to, as far as decisions need it. */
export type TaskContext = {
  readonly subject: TaskStream
  readonly title: string
  /** Attempts so far, of whatever end. */
  readonly attempts: number
  /** Attempts that speak against the task, since it was last reset. */
  readonly tries: number
  /** Attempts that ended on an overloaded service, since it was last reset. */
  readonly troubles: number
  /** Attempts in a row that met a limit. */
  readonly limits: number
  /** The attempt whose end is not yet in the log. */
  readonly open: Attempt | null
  /** The hash of the token by which the agent of the open attempt may speak. */
  readonly access: string | null
  /** The question of the open attempt that has no answer yet. */
  readonly question: Question | null
  /** Sub-tasks that the open attempt has added. */
  readonly proposals: number
  /** The last attempt that was looked over for what it has left to be done. */
  readonly analysed: number
  /** The keys of what was found, and has become no task yet. */
  readonly followUps: readonly string[]
  readonly check: Check | null
  readonly process: ProcessIdentity | null
  readonly notBefore: string | null
  readonly summary: string
  readonly lastFailure: Attempt['before']
  /** The status that the backlog had when it was last read or written. */
  readonly told: string | null
  /** Tasks that the attempt at it has added. */
  readonly granted: number
  /** The statuses that a remote backlog is still to be told, oldest first. */
  readonly asked: readonly string[]
  /** The status that a remote backlog would not take; it is not asked for again before something happens. */
  readonly refused: string | null
}

export function unborn(subject: TaskStream): TaskContext {
  return {
    subject,
    title: '',
    attempts: 0,
    tries: 0,
    troubles: 0,
    limits: 0,
    open: null,
    access: null,
    question: null,
    proposals: 0,
    analysed: 0,
    followUps: [],
    check: null,
    process: null,
    notBefore: null,
    summary: '',
    lastFailure: null,
    told: null,
    granted: 0,
    asked: [],
    refused: null,
  }
}
