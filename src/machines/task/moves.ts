import type { TaskStream } from '../../events/event.ts'
import type { TaskEvent } from '../../events/task.ts'
import { blameOf } from '../retry.ts'
import type { Attempt, Check, TaskContext } from './context.ts'

/** What the work on an attempt is given. */
export type AttemptInput = { readonly task: TaskStream; readonly attempt: Attempt }

/** What the check of an attempt is given. */
export type CheckInput = AttemptInput & { readonly check: Check }

/** The open attempt of a busy task. */
export function attemptOf(context: TaskContext): AttemptInput {
  if (!context.open) throw new Error(`${context.subject} is busy without an attempt`)
  return { task: context.subject, attempt: context.open }
}

/** The check of a task that is being checked. */
export function checkOf(context: TaskContext): CheckInput {
  if (!context.check) throw new Error(`${context.subject} is being checked without a check`)
  return { ...attemptOf(context), check: context.check }
}

/** What a claim makes of a task: the agent of the attempt before has no more to say. */
export function taken(attempt: Attempt): Partial<TaskContext> {
  const silent = { access: null, question: null, proposals: 0, granted: 0, refused: null }
  return { ...silent, open: attempt, attempts: attempt.attempt, notBefore: null }
}

/** What a task remembers of what its agent says. */
export function heard(context: TaskContext, { type, data }: TaskEvent): Partial<TaskContext> {
  const { proposals, followUps } = context
  switch (type) {
    case 'task.accessGranted':
      return { access: data.tokenHash }
    case 'task.asked':
      return { question: data }
    case 'task.answered':
      return { question: null }
    case 'task.subtaskProposed':
      return { proposals: proposals + 1 }
    case 'task.followUpsFound':
      return { analysed: data.attempt, followUps: [...followUps, ...data.found.map(({ key }) => key)] }
    case 'task.subtaskAsked':
      if (data.followUp === undefined) return { proposals: proposals + 1 }
      return { followUps: followUps.filter((key) => key !== data.followUp) }
    case 'task.subtaskAdded':
    case 'task.subtaskRefused':
      return { followUps: followUps.filter((key) => key !== data.request) }
    default:
      return {}
  }
}

/** What a failure makes of a task: it closes the attempt, and counts against whom it speaks of. */
export function blamed(
  context: TaskContext,
  kind: Parameters<typeof blameOf>[0],
  reason: string,
): Partial<TaskContext> {
  const blame = blameOf(kind)
  return {
    open: null,
    check: null,
    process: null,
    lastFailure: context.open
      ? { kind, reason, files: context.open.files, iteration: context.open.iteration }
      : null,
    tries: context.tries + (blame === 'task' ? 1 : 0),
    troubles: context.troubles + (blame === 'service' ? 1 : 0),
    limits: blame === 'limit' ? context.limits + 1 : 0,
  }
}

/** What is still to be told once this status has been dealt with: with it goes all that was asked before. */
export function askedAfter(asked: readonly string[], status: string): readonly string[] {
  return asked.slice(asked.indexOf(status) + 1)
}

/** A task as if it had never been tried. */
export function fresh(): Partial<TaskContext> {
  return { tries: 0, troubles: 0, limits: 0, notBefore: null, lastFailure: null }
}
