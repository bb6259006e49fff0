import type { ExitStatus, ProcessIdentity } from '../events/shapes.ts'
import type { Secret } from './secret.ts'

/** A program to be run under a supervisor that outlives us. */
export type Job = {
  /** Names it for ever. The folder of its files: `<key>.claim.json`, `<key>.exit.json`. Absolute path. */
  readonly key: string
  readonly file: string
  readonly args: readonly string[]
  /** The whole environment of the program, but for the marker that the supervisor adds. */
  readonly env: Readonly<Record<string, string>>
  readonly cwd: string
  /** Given on standard input, then end of file; null gives end of file at once. */
  readonly stdinFile: string | null
  readonly stdoutFile: string
  readonly stderrFile: string
  /** Wall-clock bound; the supervisor keeps it even if we are gone. */
  readonly timeoutMs: number
  /** Between asking it to end and making it end. */
  readonly graceMs: number
  /** Bound on standard output and error together; the program is ended when it prints more. */
  readonly maxOutputBytes: number
  /** Taken out of all it prints before that is written. */
  readonly secrets: readonly Secret[]
}

export type JobExit = ExitStatus & {
  readonly endedBy: 'itself' | 'timeout' | 'output' | 'stopped' | 'launch'
  /** Why it could not be started, where it could not. */
  readonly problem?: string
  readonly startedAt: string
  readonly endedAt: string
  readonly stdoutBytes: number
  readonly stderrBytes: number
  /** Whether output was left out because it was too much. */
  readonly truncated: boolean
}

/** What the files of a job say, and whether its processes live. */
export type JobState =
  /** Nobody has taken it: it never ran. Or its files were removed. */
  | { readonly is: 'absent' }
  | {
      readonly is: 'running'
      readonly supervisor: ProcessIdentity
      readonly process: ProcessIdentity | null
    }
  | { readonly is: 'ended'; readonly exit: JobExit }
  /** Its supervisor died without a word, or the machine did. */
  | { readonly is: 'lost'; readonly process: ProcessIdentity | null }

/** Runs programs so that they and what they print survive a crash of ours, each at most once. */
export type Jobs = {
  /**
   * Starts it, unless this key was started before by anybody; then gives that one's state. Resolves when it
   * is decided for good who runs it, and the files say so.
   */
  start(job: Job): Promise<JobState>
  look(key: string): Promise<JobState>
  /** Resolves when it has ended or is lost; rejects when `signal` aborts, which leaves it running. */
  ended(key: string, signal: AbortSignal): Promise<JobState>
  /** Ends it and everything it started, politely, then by force. Resolves when all of it is gone. */
  stop(key: string): Promise<void>
  /** Makes sure that a job which was never taken is never going to be. False if it was taken before. */
  revoke(key: string): Promise<boolean>
  /** Kills what a job may have left behind that is lost, or whose files are. */
  sweep(key: string): Promise<number>
  /** Lets go of idle supervisors; those with work go on. */
  close(): Promise<void>
}
