import { isEnd, statusOf } from './reconcile.ts'

/** A task as the backlog has it now, and as the log has it. */
export type Pair = {
  readonly id: string
  readonly offered: string
  readonly state: string
  readonly told: string
  /** Since when it is in this state. */
  readonly since: string
}

/**
 * Tasks of which a backlog has forgotten what had become of them, because it was put back to an older version of
 * itself: by the `git reset`, `checkout` or `stash` of an agent. It has then forgotten all that came after some
 * moment, and nothing before it; an edit by a person, who sets one of many back to pending, looks otherwise.
 */
export function rolledBack(pairs: readonly Pair[]): readonly string[] {
  const ended = pairs.filter(({ state, told }) => isEnd(told) && told === statusOf(state))
  const forgotten = ended.filter(({ offered }) => offered === 'pending')
  const [first = ''] = forgotten.map(({ since }) => since).sort()
  const isRemembered = ended.some(({ offered, since }) => offered !== 'pending' && since > first)
  return isRemembered ? [] : forgotten.map(({ id }) => id)
}
