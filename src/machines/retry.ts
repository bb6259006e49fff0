import type { FailureKind } from '../events/shapes.ts'

/** How often, and how soon, a task is tried again. Delays in milliseconds. */
export type RetryPolicy = {
  /** Tries in all that a task may cost before it has failed. */
  readonly maxTries: number
  readonly baseDelayMs: number
  readonly maxDelayMs: number
  readonly exponential: boolean
  /** Tries in all that may end on an overloaded service before the task has failed. */
  readonly maxTroubles: number
  /** First wait for a limit whose end nobody named; it doubles up to an hour. */
  readonly unknownLimitMs: number
}

export const defaultRetry: RetryPolicy = {
  maxTries: 4,
  baseDelayMs: 3_000,
  maxDelayMs: 600_000,
  exponential: true,
  maxTroubles: 10,
  unknownLimitMs: 300_000,
}

/**
 * What a failure says about whom it speaks of.
 * `task`: it cost a try. `service`: somebody else's trouble, tried again patiently. `limit`: wait for its end.
 * `person`: no retry will help until somebody has acted. `none`: it was ended by us or a person, for free.
 */
export type Blame = 'task' | 'service' | 'limit' | 'account' | 'person' | 'none'

const blames: Readonly<Record<FailureKind, Blame>> = {
  limit: 'limit',
  overloaded: 'service',
  authentication: 'account',
  billing: 'account',
  launch: 'account',
  permission: 'person',
  backlog: 'person',
  turns: 'task',
  timeout: 'task',
  output: 'task',
  crash: 'task',
  verification: 'task',
  interrupted: 'task',
  stopped: 'none',
  budget: 'none',
}

export function blameOf(kind: FailureKind): Blame {
  return blames[kind]
}

/** When to try again after the n-th failure, counted from 1. */
export function backoff(policy: RetryPolicy, nth: number, now: Date): string {
  return later(now, delay(policy.baseDelayMs, policy.exponential ? nth : 1, policy.maxDelayMs))
}

/** When to try again after the n-th trouble of a service: 30 s at first, doubling to ten minutes. */
export function patience(policy: RetryPolicy, nth: number, now: Date): string {
  return later(
    now,
    delay(Math.max(policy.baseDelayMs, Math.min(30_000, policy.baseDelayMs * 10)), nth, 600_000),
  )
}

/** When a limit whose end nobody named is looked at again, the n-th time. */
export function limitGuess(policy: RetryPolicy, nth: number, now: Date): string {
  return later(now, delay(policy.unknownLimitMs, nth, 3_600_000))
}

/** When a backlog that could not be had is tried again, the n-th time: a second at first, at most a minute. */
export function outageWait(nth: number, now: Date): string {
  return later(now, delay(1_000, nth, 60_000))
}

function delay(baseMs: number, nth: number, maxMs: number): number {
  return Math.min(maxMs, baseMs * 2 ** Math.min(20, nth - 1))
}

function later(now: Date, ms: number): string {
  return new Date(now.getTime() + ms).toISOString()
}
