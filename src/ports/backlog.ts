import type { Observable } from 'rxjs'
import type { Priority } from '../events/shapes.ts'

/** What a backlog can say of a task's status. `held`: the user keeps it back (in the file: `blocked`). */
export type BacklogStatus =
  | 'pending'
  | 'in-progress'
  | 'completed'
  | 'failed'
  | 'cancelled'
  | 'skipped'
  | 'held'

/** A task as its backlog has it now. */
export type BacklogTask = {
  /** Unique in its backlog; holds no slash and names nothing outside it. */
  readonly id: string
  readonly title: string
  readonly status: BacklogStatus
  readonly priority: Priority
  readonly feature: string | null
  readonly parent: string | null
  readonly dependsOn: readonly string[]
  /** Who else works on it now, on another machine: it is not to be begun here. */
  readonly heldBy?: string | null
  /** Whatever else the user keeps with it. */
  readonly metadata: Readonly<Record<string, unknown>>
}

/** What an agent is told of a task. */
export type TaskBrief = {
  readonly title: string
  /** The whole text of what is to be done, in Markdown; may be empty. */
  readonly text: string
  /** Where a person finds it: a path relative to the project, or a URL. */
  readonly source: string
  /** What the user should know about it: a missing or an empty description. */
  readonly warnings: readonly string[]
}

export type BacklogSnapshot = {
  /** The same as long as nothing changed. */
  readonly revision: string
  /** In the user's own order. */
  readonly tasks: readonly BacklogTask[]
  /** Why this is only what was known last, where the backlog cannot be had now. */
  readonly problem?: string | null
}

/** What makes telling a remote backlog happen once, however often it is tried. */
export type Delivery = {
  /** Names this telling for ever. */
  readonly key: string
  /** Whether it may have been done already, wholly or in part, so that one has to look first. */
  readonly mayBeDone: boolean
}

/** What a person or an agent adds. */
export type NewTask = {
  readonly id?: string
  readonly title: string
  readonly description?: string
  readonly priority?: Priority
  readonly feature?: string
  readonly parent?: string
  readonly dependsOn?: readonly string[]
  /** Names this adding for ever: asked for again under it, the task that is there already is meant. */
  readonly key?: string
}

/** Where the work comes from, and where its outcome is told. */
export type Backlog = {
  /** What kind it is: `json`, `github`, … */
  readonly kind: string
  /** Names it in the log for ever: a path relative to the project, `owner/repo`. */
  readonly id: string
  /**
   * Whether telling it goes over a network: it is then written down first, and done beside the work, so that
   * nothing waits for it and nothing is forgotten.
   */
  readonly isRemote: boolean
  /**
   * All tasks. Costs next to nothing while nothing has changed. Fails with `invalid`, naming the line or the
   * id, where it cannot be understood, and with `not_found` or `unavailable` where it cannot be had.
   */
  read(): Promise<BacklogSnapshot>
  brief(id: string): Promise<TaskBrief>
  /**
   * Sets the status; a note (what was done, why it failed) is kept where the backlog has a place for it. Fails
   * with `unavailable` where it may help to try again; anything else is the backlog's last word.
   */
  tell(id: string, status: BacklogStatus, note?: string, delivery?: Delivery): Promise<void>
  /**
   * Adds a task and gives its id. One that has a key is kept with it where the backlog has a place for that,
   * so that it is added once although nobody heard that it had been.
   */
  add(task: NewTask): Promise<string>
  /** Rings when it may have changed. */
  readonly bell: Observable<void>
  close(): Promise<void>
}
