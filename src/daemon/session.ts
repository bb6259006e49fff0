import type { LoopRow } from '../projections/loops.ts'

/** Which session a run belongs to: a new one, or one that was broken off. */
export type SessionPlan = {
  readonly session: string
  /** Folder of its files; null where it is still to be made. */
  readonly files: string | null
  readonly resumes: string | null
}

/** Ends after which a session can be gone on with. */
const brokenOff = new Set([
  'crashed',
  'interrupted',
  'drained',
  'error',
  'person-needed',
  'circuit-breaker',
  'aborted',
])

/** Whether there is something to be resumed: a session that nobody ended, or that was broken off. */
export function isResumable(row: LoopRow | undefined): row is LoopRow {
  return row !== undefined && (row.stopReason === null || brokenOff.has(row.stopReason))
}

/** A new session: `loopwork-<namespace>-<start>-<pid>`. */
export function newSession(namespace: string, now: Date, pid: number): SessionPlan {
  const stamp = now.toISOString().slice(0, 19).replaceAll(':', '-')
  return { session: `loopwork-${namespace}-${stamp}-${pid}`, files: null, resumes: null }
}

/** The session that was broken off, with its folder and its count of attempts. */
export function sameSession(row: LoopRow): SessionPlan {
  return { session: row.session, files: row.files, resumes: row.session }
}
