import type { FailureKind, Priority } from '../events/shapes.ts'

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
  /** The attempt whose end is not yet written, and who has it. */
  readonly open: {
    readonly attempt: number
    readonly namespace: string
    readonly session: string | null
    readonly iteration: number
    readonly agent: string
    readonly model: string | null
    readonly files: string
    readonly since: string
    /** Whether it has ended well, so that completing the task closes it. */
    readonly done: boolean
  } | null
}
