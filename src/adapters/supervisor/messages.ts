import type { ProcessIdentity } from '../../events/shapes.ts'
import type { Job, JobExit } from '../../ports/jobs.ts'

/** What the keeper is told, a line of JSON each. */
export type Request =
  | { readonly do: 'start'; readonly job: Job; readonly marker: string }
  | { readonly do: 'stop'; readonly key: string }

/** What the keeper tells, a line of JSON each. */
export type News = { readonly key: string } & (
  | { readonly is: 'running'; readonly supervisor: ProcessIdentity; readonly process: ProcessIdentity | null }
  | { readonly is: 'ended'; readonly exit: JobExit }
  /** It has ended, and the disk does not take the record of it yet. */
  | { readonly is: 'unrecorded'; readonly exit: JobExit }
  /** Somebody else has the claim. */
  | { readonly is: 'taken' }
  /** The files of the job could not be written. */
  | { readonly is: 'failed'; readonly problem: string }
)
