import type { TaskRow } from '../projections/task-row.ts'
import { duration } from '../projections/wording.ts'

/** Why a task is where it is, and what would move it on. */
export type Explanation = { readonly because: string; readonly next: string }

type Teller = (row: TaskRow, now: Date) => Explanation

/** Explains the state of a task in words that a person, or a model, can act on. */
export function explain(row: TaskRow, now: Date): Explanation {
  return (tellers[row.state] ?? tellers.queued)(row, now)
}

const closed: Teller = ({ state, reason }) => ({
  because: reason ? `it was ${state}: ${reason}` : `it was ${state}`,
  next: 'loopwork_reset_task puts it back into the queue.',
})

const working: Teller = ({ open, state }, now) => ({
  because: open
    ? `attempt ${open.attempt} by ${open.agent} is ${state === 'verifying' ? 'being checked' : 'under way'} for ${duration(now.getTime() - new Date(open.since).getTime())}`
    : `it is ${state}`,
  next: 'loopwork_get_log shows what the agent is doing.',
})

const waiting: Teller = ({ reason, notBefore, tries }) => ({
  because: `${reason ?? 'the attempt before failed'} (${tries} tries so far)`,
  next: notBefore ? `It is tried again at ${notBefore}.` : 'It is tried again as soon as a loop has time.',
})

const tellers: { readonly queued: Teller } & { readonly [State in TaskRow['state']]?: Teller } = {
  queued: ({ open, reason }) => ({
    because: open
      ? 'it is queued again, and the end of its last attempt is still being written down'
      : (reason ?? 'nothing stands in its way'),
    next: 'A running loop takes it in its turn; loopwork_namespaces shows whether one runs.',
  }),
  blocked: ({ waitsFor, missing, cyclic }) => ({
    because: blockedBy(waitsFor, missing, cyclic),
    next:
      missing.length > 0 || cyclic.length > 0
        ? 'Correct dependsOn in the backlog: this does not come right by itself.'
        : 'It can be begun as soon as these are completed.',
  }),
  taken: ({ reason }) => ({
    because: reason ?? 'somebody works on it by hand',
    next: 'loopwork_mark_complete or loopwork_mark_failed ends that; loopwork_reset_task gives it back to the loop.',
  }),
  claimed: working,
  running: working,
  verifying: working,
  waitingToRetry: waiting,
  waitingForLimit: waiting,
  needsPerson: ({ reason }) => ({
    because: reason ?? 'it cannot go on without a person',
    next: 'See to the reason, then loopwork_reset_task.',
  }),
  completed: closed,
  failed: ({ reason, lastFailure, tries }) => ({
    because: `${reason ?? lastFailure?.reason ?? 'no reason was given'} (${tries} tries)`,
    next: 'loopwork_get_log shows its last attempt; loopwork_reset_task tries it again.',
  }),
  cancelled: closed,
  skipped: closed,
  removed: ({ reason }) => ({ because: reason ?? 'it was removed', next: 'Put it back into the backlog.' }),
}

function blockedBy(
  waitsFor: readonly string[],
  missing: readonly string[],
  cyclic: readonly string[],
): string {
  if (missing.length > 0) return `it depends on ${missing.join(', ')}, which the backlog does not have`
  if (cyclic.length > 0) return `it depends on itself through ${cyclic.join(', ')}`
  return `it waits for ${waitsFor.join(', ')}`
}
