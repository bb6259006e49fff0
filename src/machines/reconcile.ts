import type { Priority } from '../events/shapes.ts'
import type { TaskCommand } from './task/commands.ts'

/** A task as its backlog has it. */
export type Offered = {
  readonly id: string
  readonly title: string
  readonly status: 'pending' | 'in-progress' | 'completed' | 'failed' | 'cancelled' | 'skipped' | 'held'
  readonly priority: Priority
  readonly feature: string | null
  readonly parent: string | null
  readonly dependsOn: readonly string[]
  readonly heldBy?: string | null
}

/** A task as the log has it. */
export type Known = {
  readonly title: string
  readonly priority: Priority
  readonly feature: string | null
  readonly parent: string | null
  readonly dependsOn: readonly string[]
  readonly state: string
  readonly told: string
}

/** What makes the two agree: commands for the log, and a status for the backlog. */
export type Agreement = {
  readonly commands: readonly TaskCommand[]
  readonly tell: Offered['status'] | null
  /** Whether the commands only write down what the backlog says; they can wait for the next append. */
  readonly canWait: boolean
}

const byHand = 'edited in the backlog'

/**
 * The rule by which the backlog and the log are brought together.
 *
 * - What the backlog has and the log does not is taken in as it stands.
 * - Definitions (title, priority, dependencies …) are the backlog's.
 * - Statuses: if the backlog still has the status that it was last told or read with, then the log is ahead
 *   (a crash came between), and the backlog is told. If it has another, a person edited it, and the person
 *   wins; except that `in-progress` is never taken from a person, nor `pending` for a task that runs, or had
 *   been told to run and has come to its end.
 * - A backlog that an agent has rolled back (`rolledBack`) says nothing of what had become of its tasks.
 * - What another machine works on is left to it: nothing is told, and an attempt that runs here ends.
 */
export function reconcile(offered: Offered, known: Known | null, isRolledBack = false): Agreement {
  if (!known) return { commands: [takeIn(offered)], tell: null, canWait: false }
  if (known.state === 'removed') return { commands: comeBack, tell: null, canWait: false }

  const revise: TaskCommand[] = isRevised(offered, known)
    ? [{ type: 'revise', ...definitionOf(offered, known) }]
    : []
  const wanted = statusOf(known.state)
  if (offered.heldBy) return { commands: [...revise, ...giveWay(offered, known)], tell: null, canWait: false }
  if (offered.status === wanted || (offered.status === 'held' && wanted === 'skipped')) {
    const note: TaskCommand[] =
      offered.status === known.told ? [] : [{ type: 'tellBacklog', status: offered.status }]
    return { commands: [...revise, ...note], tell: null, canWait: revise.length === 0 }
  }
  const follow = isBehind(offered, known, isRolledBack) ? null : followPerson(offered, known)
  return { commands: [...revise, ...(follow ?? [])], tell: follow ? null : wanted, canWait: false }
}

/** Whether the backlog only lacks what the log knows already. */
function isBehind({ status }: Offered, { told, state }: Known, isRolledBack: boolean): boolean {
  if (status === told || status === 'in-progress') return true
  return status === 'pending' && (isRolledBack || (told === 'in-progress' && isEnd(statusOf(state))))
}

/** One of two that took it at the same time goes on; the other makes room, without a try being spent. */
function giveWay({ heldBy, status }: Offered, { state, told }: Known): TaskCommand[] {
  const note: TaskCommand[] = told === status ? [] : [{ type: 'tellBacklog', status }]
  return statusOf(state) === 'in-progress'
    ? [...note, { type: 'yield', reason: `${heldBy} works on it` }]
    : note
}

/** A task that the backlog no longer has: what was not done yet is given up. */
export function reconcileGone(known: Known): TaskCommand | null {
  return isEnd(known.state) || known.state === 'removed'
    ? null
    : { type: 'remove', reason: 'taken out of the backlog' }
}

/** Whether a task with this status has come to its end. */
export function isEnd(status: string): boolean {
  return ['completed', 'failed', 'cancelled', 'skipped'].includes(status)
}

/** The status that a backlog is told for a task in this state. */
export function statusOf(state: string): Offered['status'] {
  switch (state) {
    case 'taken':
    case 'claimed':
    case 'running':
    case 'verifying':
      return 'in-progress'
    case 'completed':
      return 'completed'
    case 'failed':
    case 'needsPerson':
      return 'failed'
    case 'cancelled':
      return 'cancelled'
    case 'skipped':
      return 'skipped'
    default:
      return 'pending'
  }
}

/** Back to the start; the next look compares it with the backlog as if it had been pending there. */
const comeBack: readonly TaskCommand[] = [
  { type: 'reset', reason: 'back in the backlog' },
  { type: 'tellBacklog', status: 'pending' },
]

function takeIn(offered: Offered): TaskCommand {
  const { status } = offered
  const definition = { ...definitionOf(offered, null), told: status }
  switch (status) {
    case 'held':
      return { type: 'import', ...definition, status: 'skipped' }
    case 'completed':
    case 'failed':
    case 'cancelled':
    case 'skipped':
      return { type: 'import', ...definition, status }
    case 'in-progress':
    case 'pending':
      return { type: 'queue', ...definition }
  }
}

/** What a person's edit asks for; null where it is not followed. */
function followPerson({ status }: Offered, { state }: Known): TaskCommand[] | null {
  const told: TaskCommand = { type: 'tellBacklog', status }
  const isRunning = statusOf(state) === 'in-progress' && state !== 'taken'
  switch (status) {
    case 'pending':
      return isRunning ? null : [told, { type: 'reset', reason: byHand }]
    case 'completed':
      return [told, { type: 'complete', reason: byHand }]
    case 'failed':
      return [told, { type: 'fail', reason: byHand }]
    case 'cancelled':
      return [told, { type: 'cancel', reason: byHand }]
    case 'skipped':
    case 'held':
      return [told, { type: 'skip', reason: byHand }]
    case 'in-progress':
      return null
  }
}

type Definition = Pick<Known, 'title' | 'priority' | 'feature' | 'parent'> & { dependsOn: string[] }

function definitionOf(offered: Offered, known: Known | null): Definition {
  return {
    title: offered.title || known?.title || offered.id,
    priority: offered.priority,
    feature: offered.feature,
    parent: offered.parent,
    dependsOn: [...offered.dependsOn],
  }
}

function isRevised(offered: Offered, known: Known): boolean {
  return (
    (offered.title !== '' && offered.title !== known.title) ||
    offered.priority !== known.priority ||
    offered.feature !== known.feature ||
    offered.parent !== known.parent ||
    offered.dependsOn.length !== known.dependsOn.length ||
    offered.dependsOn.some((id, nth) => id !== known.dependsOn[nth])
  )
}
