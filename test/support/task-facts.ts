import type { FailureKind } from '../../src/events/shapes.ts'
import type { TaskEvent } from '../../src/events/task.ts'
import type { Remains, TaskCommand } from '../../src/machines/task/commands.ts'

type DataOf<Type extends TaskEvent['type']> = Extract<TaskEvent, { type: Type }>['data']

export const queued: TaskEvent = {
  type: 'task.queued',
  data: {
    title: 'Fix the login',
    priority: 'high',
    feature: null,
    parent: null,
    dependsOn: [],
    told: 'pending',
  },
}

export const terms = {
  title: 'Fix the login',
  namespace: 'default',
  iteration: 1,
  agent: 'claude',
  model: null,
  files: 'sessions/default/1',
  timeoutMs: 600_000,
  allowanceUsd: null,
  worker: 1,
} as const

export function claimed(attempt: number, before: DataOf<'task.claimed'>['before'] = null): TaskEvent {
  return { type: 'task.claimed', data: { ...terms, attempt, before } }
}

export const claim: TaskCommand = { type: 'claim', ...terms }

export function started(attempt: number): TaskEvent {
  return { type: 'task.started', data: { attempt, supervisor: null, process: null } }
}

export function remains(attempt: number): Remains {
  return {
    attempt,
    usage: null,
    agentSession: null,
    durationMs: 1000,
    exit: { code: 0, signal: null },
    output: null,
  }
}

export function attemptFailed(attempt: number, kind: FailureKind = 'crash', reason = 'it broke'): TaskEvent {
  return { type: 'task.attemptFailed', data: { ...remains(attempt), kind, reason } }
}

export function attemptSucceeded(attempt: number): TaskEvent {
  return { type: 'task.attemptSucceeded', data: { ...remains(attempt), summary: 'done' } }
}

export function retryScheduled(notBefore: string, kind: FailureKind = 'crash'): TaskEvent {
  return { type: 'task.retryScheduled', data: { notBefore, kind } }
}

export function reportFailure(
  attempt: number,
  kind: FailureKind,
  resetsAt: string | null = null,
): TaskCommand {
  return { type: 'reportFailure', remains: remains(attempt), kind, reason: 'it broke', resetsAt }
}

export function reportSuccess(attempt: number, verify: readonly string[] | null = null): TaskCommand {
  return {
    type: 'reportSuccess',
    remains: remains(attempt),
    summary: 'done',
    verify: verify && { command: verify, timeoutMs: 1000 },
  }
}
