import type { FailureKind, Priority } from '../events/shapes.ts'
import type { TaskEvent } from '../events/task.ts'

/** What an agent wants to know of a person. */
export type Question = Extract<TaskEvent, { type: 'task.asked' }>['data'] & { readonly since: string }

/** What a task is doing, in the words of its chart. */
export type TaskState =
  | 'queued'
  | 'blocked'
  | 'taken'
  | 'claimed'
  | 'running'
  | 'verifying'
  | 'waitingToRetry'
  | 'waitingForLimit'
  | 'needsPerson'
  | 'completed'
  | 'failed'
  | 'cancelled'
  | 'skipped'
  | 'removed'

/** A task as the board shows it. */
export type TaskRow = {
  readonly stream: string
  readonly backlog: string
  readonly id: string
  readonly title: string
  readonly priority: Priority
  readonly feature: string | null
  readonly parent: string | null
  readonly dependsOn: readonly string[]
  readonly state: TaskState
  /** Since when it is in this state. */
  readonly since: string
  /** Why it is in this state, where somebody said so. */
  readonly reason: string | null
  readonly attempts: number
  /** Attempts begun since it was last reset. */
  readonly tries: number
  readonly notBefore: string | null
  readonly waitsFor: readonly string[]
  readonly missing: readonly string[]
  readonly cyclic: readonly string[]
  readonly told: string
  readonly lastFailure: { readonly kind: FailureKind; readonly reason: string } | null
  /** What its agent asked last, until it is answered. */
  readonly question: Question | null
  /** The attempt whose end is not yet written, and who has it. */
  readonly open: {
    readonly attempt: number
    readonly namespace: string
    readonly session: string | null
    readonly iteration: number
    readonly agent: string
    readonly model: string | null
    readonly files: string
    /** Which of the workers of its loop has it, counted from 1. */
    readonly worker: number
    readonly since: string
    /** Whether it has ended well, so that completing the task closes it. */
    readonly done: boolean
  } | null
}

/** The question of a task that a person can answer: its agent waits for it. */
export function openQuestion({ question, state, open }: TaskRow): Question | null {
  const isAwaited = (state === 'running' || state === 'claimed') && open?.attempt === question?.attempt
  return isAwaited ? question : null
}
