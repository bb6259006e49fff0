import * as z from 'zod/mini'
import type { EventOf } from './event.ts'
import { instant, processIdentity } from './shapes.ts'

/** What becomes of the rest once a task has failed for good. */
export const failureMode = z.enum(['continue', 'abort-all'])
export type FailureMode = z.infer<typeof failureMode>

/** By what a run chooses what comes next, so that others can say it. */
const terms = z.object({
  /** Agents that were found, in the order of the configuration. */
  pool: z.array(
    z.object({
      agent: z.string(),
      model: z.nullable(z.string()),
      timeoutMs: z.number(),
      costWeight: z.number(),
      isFallback: z.boolean(),
    }),
  ),
  strategy: z.enum(['round-robin', 'priority', 'cost-aware', 'random']),
  /** Tries of a task that one model has before the next. */
  triesPerModel: z._default(z.int().check(z.positive()), 1),
  circuitBreaker: z.number(),
  dailyBudgetUsd: z.nullable(z.number()),
  /** How many tasks are worked on at once. */
  parallel: z._default(z.int().check(z.positive()), 1),
  /** Whether the first task that has failed ends the session. */
  failureMode: z._default(failureMode, 'continue'),
})

/** What the loop was started with, so that it can be resumed alike. */
export const runOptions = z.object({
  backend: z.string(),
  backlog: z.string(),
  feature: z.nullable(z.string()),
  startFrom: z.nullable(z.string()),
  maxIterations: z.int().check(z.positive()),
  timeoutMs: z.int().check(z.positive()),
  cli: z.string(),
  model: z.nullable(z.string()),
  terms: z.exactOptional(terms),
})
export type RunOptions = z.infer<typeof runOptions>

export const stopReason = z.enum([
  /** Nothing is left that could be worked on. */
  'done',
  'max-iterations',
  'drained',
  'interrupted',
  'crashed',
  /** No agent can be used until a person has done something. */
  'person-needed',
  /** Too many tasks failed one after the other. */
  'circuit-breaker',
  /** A task failed, and that was to end all others. */
  'aborted',
  'error',
])
export type StopReason = z.infer<typeof stopReason>

/** How the process of a loop was started: by hand in a terminal, with `start -d`, or by the system's own supervisor. */
export const loopMode = z.enum(['foreground', 'daemon', 'service'])
export type LoopMode = z.infer<typeof loopMode>

/** Why a loop that is alive does nothing. */
export const idleRule = z.enum(['budget', 'limit', 'retry', 'backlog', 'hold'])
export type IdleRule = z.infer<typeof idleRule>

/** What can happen to the loop of a namespace. The key is the name in the log: add, never rename. */
export const loopEvents = {
  /** A process took the namespace. `epoch` fences off every holder before it. */
  'loop.started': z.object({
    session: z.string(),
    epoch: z.int().check(z.positive()),
    holder: processIdentity,
    /** Folder of the session's files, relative to the state folder. */
    files: z.string(),
    /** The session it goes on with, where it resumes one. */
    resumes: z.nullable(z.string()),
    options: runOptions,
    args: z.array(z.string()),
    /** The folder in which the arguments were given. */
    cwd: z.string(),
    mode: loopMode,
    version: z.string(),
  }),

  /** It has nothing to do before `until`, or until something changes. */
  'loop.idled': z.object({ rule: idleRule, reason: z.string(), until: z.nullable(instant) }),

  /** It goes on after having been idle. */
  'loop.woke': z.object({ reason: z.string() }),

  /** An agent, or one model of it, may not be used before `until`; null: before a person has looked. */
  'loop.agentBarred': z.object({
    agent: z.string(),
    model: z.nullable(z.string()),
    until: z.nullable(instant),
    reason: z.string(),
  }),

  /** The day's spending passed the threshold of the budget, or the budget itself. */
  'loop.budgetAlerted': z.object({
    day: z.string(),
    spentUsd: z.number(),
    budgetUsd: z.number(),
    threshold: z.number(),
  }),

  /** No new attempt is to start before `until`: a limit that something outside keeps, named in `reason`. */
  'loop.held': z.object({ reason: z.string(), until: instant }),

  /** The backlog cannot be read; work goes on with its last good state. An outage is waited for, the rest repaired. */
  'loop.backlogRefused': z.object({
    problem: z.string(),
    isOutage: z.boolean(),
    /** Nothing new is begun before, where its tasks could not be read. */
    nextTry: z.nullable(instant),
  }),

  /** The backlog can be read again. */
  'loop.backlogAccepted': z.object({}),

  /** The backlog went back to an older version of itself while an agent worked; what became of these is told again. */
  'loop.backlogRolledBack': z.object({ tasks: z.array(z.string()) }),

  /** No new attempt is to start; what runs goes on. */
  'loop.paused': z.object({ reason: z.string() }),

  /** Work goes on after a pause. */
  'loop.continued': z.object({ reason: z.string() }),

  /** What runs is to come to its end; then the loop stops. */
  'loop.drainRequested': z.object({ reason: z.string() }),

  /** What runs is to be ended and put back; then the loop stops. */
  'loop.interruptRequested': z.object({ reason: z.string() }),

  /** A task failed, and that is to end all others: what runs is ended, then the loop stops. */
  'loop.abortRequested': z.object({ reason: z.string() }),

  /** The process let the namespace go, or was found dead in it (`crashed`). */
  'loop.stopped': z.object({ session: z.string(), reason: stopReason, detail: z.string() }),
}

export type LoopEvent = EventOf<typeof loopEvents>
