import type { FailureCode } from '../../errors.ts'

/** What one look has found, and what to do where it is not good. */
export type Finding = {
  readonly subject: string
  /** `warning`: loopwork runs, but somebody should know. */
  readonly status: 'good' | 'warning' | 'bad'
  readonly found: string
  readonly mend: string | null
  /** What it would fail with. */
  readonly code: FailureCode | null
}

export function good(subject: string, found: string): Finding {
  return { subject, status: 'good', found, mend: null, code: null }
}

export function warning(subject: string, found: string, mend: string): Finding {
  return { subject, status: 'warning', found, mend, code: null }
}

export function bad(subject: string, found: string, mend: string, code: FailureCode): Finding {
  return { subject, status: 'bad', found, mend, code }
}
