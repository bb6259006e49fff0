import type { SnapshotFrom } from 'xstate'
import type { FailureKind } from '../../events/shapes.ts'
import type { TaskEvent } from '../../events/task.ts'
import { assertAllowance } from '../growth.ts'
import { backoff, blameOf, limitGuess, patience, type RetryPolicy } from '../retry.ts'
import { decideAgentSays, decideAnswer } from './agent-says.ts'
import type { TaskCommand } from './commands.ts'
import type { TaskContext } from './context.ts'
import { decideFollowUps } from './follow-ups.ts'
import type { taskMachine } from './machine.ts'
import { decideTelling } from './telling.ts'
import { without } from './without.ts'

export type Task = SnapshotFrom<typeof taskMachine>

/** What a decision may lean on besides the history. */
export type Grounds = { readonly retry: RetryPolicy; readonly now: Date }

/** The events that follow from a command. Whether they fit is the chart's to say. */
export function decideTask(task: Task, command: TaskCommand, grounds: Grounds): TaskEvent[] {
  switch (command.type) {
    case 'queue':
      return [{ type: 'task.queued', data: without(command) }]
    case 'import':
      return [{ type: 'task.imported', data: without(command) }]
    case 'revise':
      return [{ type: 'task.revised', data: without(command) }]
    case 'block':
      return [{ type: 'task.blocked', data: without(command) }]
    case 'unblock':
      return [{ type: 'task.unblocked', data: {} }]
    case 'claim': {
      const { attempts, lastFailure } = task.context
      const terms = { ...without(command), attempt: attempts + 1, before: lastFailure }
      return [{ type: 'task.claimed', data: terms }]
    }
    case 'reset':
      return [{ type: 'task.reset', data: { reason: command.reason } }]
    case 'remove':
      return [{ type: 'task.removed', data: { reason: command.reason } }]
    case 'keepKey':
      return [{ type: 'task.createdUnderKey', data: { key: command.key } }]
    case 'takeByHand':
      return [{ type: 'task.taken', data: { reason: command.reason } }]
    case 'complete':
      return [{ type: 'task.completed', data: { reason: command.reason } }]
    case 'fail':
      return [{ type: 'task.failed', data: { reason: command.reason } }]
    case 'cancel':
      return [{ type: 'task.cancelled', data: { reason: command.reason } }]
    case 'skip':
      return [{ type: 'task.skipped', data: { reason: command.reason } }]
    case 'agentSays':
      return decideAgentSays(task.context, command)
    case 'answer':
      return decideAnswer(task.context, without(command))
    case 'yield':
      return [{ type: 'task.requeued', data: { reason: command.reason } }]
    case 'grantAddition':
      assertAllowance(task.context.granted, command.limit)
      return [{ type: 'task.additionGranted', data: { title: command.title } }]
    case 'noteTrouble':
      return [{ type: 'task.troubleDiagnosed', data: without(command) }]
    case 'reportFollowUps':
    case 'askFollowUp':
    case 'settleFollowUp':
      return decideFollowUps(task.context, command)
    case 'tellBacklog':
    case 'requestTell':
    case 'delayTell':
    case 'reportTold':
    case 'reportAdded':
    case 'refuseSubtask':
    case 'dropTell':
      return decideTelling(task.context, command)
    default:
      return decideReport(task, command, grounds)
  }
}

type Report = Extract<
  TaskCommand,
  {
    type:
      | 'reportStarted'
      | 'reportProgress'
      | 'reportSuccess'
      | 'reportFailure'
      | 'reportVerification'
      | 'grantAccess'
      | 'abandon'
  }
>

/** What follows from what the work has to report. A report of another attempt than the open one is void. */
function decideReport({ context }: Task, command: Report, grounds: Grounds): TaskEvent[] {
  if (attemptOf(command) !== context.open?.attempt) return []

  switch (command.type) {
    case 'reportStarted':
      return [{ type: 'task.started', data: without(command) }]
    case 'reportProgress':
      return [{ type: 'task.progressed', data: without(command) }]
    case 'grantAccess':
      return [{ type: 'task.accessGranted', data: without(command) }]
    case 'abandon':
      return [{ type: 'task.attemptAbandoned', data: { ...command.remains, reason: command.reason } }]
    case 'reportSuccess': {
      const { remains, summary, verify } = command
      const ended: TaskEvent = { type: 'task.attemptSucceeded', data: { ...remains, summary } }
      return verify
        ? [
            ended,
            {
              type: 'task.verificationStarted',
              data: {
                attempt: remains.attempt,
                command: [...verify.command],
                timeoutMs: verify.timeoutMs,
              },
            },
          ]
        : [ended, { type: 'task.completed', data: { reason: summary } }]
    }
    case 'reportFailure': {
      const { remains, kind, reason, resetsAt } = command
      return [
        { type: 'task.attemptFailed', data: { ...remains, kind, reason } },
        afterFailure(context, { kind, reason, resetsAt }, grounds),
      ]
    }
    case 'reportVerification': {
      const { attempt, durationMs, exit, failure } = command
      if (!failure) {
        return [
          { type: 'task.verificationPassed', data: { attempt, durationMs } },
          { type: 'task.completed', data: { reason: context.summary } },
        ]
      }
      return [
        { type: 'task.verificationFailed', data: { attempt, durationMs, exit, ...failure } },
        afterFailure(context, { ...failure, resetsAt: null }, grounds),
      ]
    }
  }
}

/** What a failure leads to: the one place that knows the policy. */
function afterFailure(
  context: TaskContext,
  failure: { kind: FailureKind; reason: string; resetsAt: string | null },
  { retry, now }: Grounds,
): TaskEvent {
  const { kind, reason, resetsAt } = failure
  const failed: TaskEvent = { type: 'task.failed', data: { reason, attempt: context.attempts } }
  switch (blameOf(kind)) {
    case 'none':
    case 'account':
      return { type: 'task.requeued', data: { reason } }
    case 'person':
      return { type: 'task.personNeeded', data: { reason } }
    case 'limit':
      return {
        type: 'task.limitReached',
        data: {
          until: resetsAt ?? limitGuess(retry, context.limits + 1, now),
          known: resetsAt !== null,
          limit: reason,
        },
      }
    case 'service': {
      const troubles = context.troubles + 1
      return troubles < retry.maxTroubles
        ? { type: 'task.retryScheduled', data: { notBefore: patience(retry, troubles, now), kind } }
        : failed
    }
    case 'task': {
      const tries = context.tries + 1
      return tries < retry.maxTries
        ? { type: 'task.retryScheduled', data: { notBefore: backoff(retry, tries, now), kind } }
        : failed
    }
  }
}

function attemptOf(command: Report): number {
  return 'remains' in command ? command.remains.attempt : command.attempt
}
