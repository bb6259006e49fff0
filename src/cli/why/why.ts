import type { BacklogWhy } from './backlog-why.ts'

/** Something a person can do about it. */
export type Way = { readonly what: string; readonly command: string | null }

/** What the scheduler does next, as things stand in the log. */
export type Next = {
  readonly does: 'claim' | 'wait' | 'idle' | 'stop'
  /** The rule that decides it. */
  readonly rule: string
  readonly detail: string
  readonly until: string | null
}

/** The answer of `why --json`. */
export type Why = {
  readonly schema: 'loopwork/why@1'
  readonly of: 'loop' | 'task'
  readonly name: string
  readonly state: string
  readonly since: string | null
  readonly because: string
  readonly waitsFor: readonly string[]
  /** When the waiting ends, at the latest, where that is known. */
  readonly until: string | null
  readonly next: Next | null
  /** What keeps it from its backlog, and what is still to be told there. */
  readonly backlog: BacklogWhy
  readonly ways: readonly Way[]
}
