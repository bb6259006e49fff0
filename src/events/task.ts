import * as z from 'zod/mini'
import { agentEvents } from './agent.ts'
import type { EventOf } from './event.ts'
import { exitStatus, failureKind, instant, outputSize, priority, processIdentity, usage } from './shapes.ts'

const attempt = z.int().check(z.positive())
const reason = z.string()

const definition = {
  title: z.string(),
  priority,
  feature: z.nullable(z.string()),
  parent: z.nullable(z.string()),
  dependsOn: z.array(z.string()),
}

/** What every attempt leaves behind, however it ended. */
const remains = {
  attempt,
  usage: z.nullable(usage),
  agentSession: z.nullable(z.string()),
  durationMs: z.nullable(z.number()),
  exit: z.nullable(exitStatus),
  output: z.nullable(outputSize),
}

/** What can happen to a task. The key is the name in the log: add, never rename. */
export const taskEvents = {
  ...agentEvents,

  /** The backlog offered it and it was taken in; `told` is the status it had there. */
  'task.queued': z.object({ ...definition, told: z.string() }),

  /** The backlog already had it closed when it was first seen. */
  'task.imported': z.object({
    ...definition,
    status: z.enum(['completed', 'failed', 'cancelled', 'skipped']),
    told: z.string(),
  }),

  /** Whoever created it named a key: asking again with it creates nothing new. */
  'task.createdUnderKey': z.object({ key: z.string() }),

  /** Its definition was edited in the backlog. */
  'task.revised': z.object(definition),

  /** It left the backlog. */
  'task.removed': z.object({ reason }),

  /** It waits for these others to be completed; `missing` are in no backlog, `cyclic` wait for it. */
  'task.blocked': z.object({
    waitsFor: z.array(z.string()),
    missing: z.array(z.string()),
    cyclic: z.array(z.string()),
  }),

  /** Nothing it depends on is open any more. */
  'task.unblocked': z.object({}),

  /** A loop took it: from here on exactly one attempt exists. `attempt` counts from 1. */
  'task.claimed': z.object({
    attempt,
    /** As it was when the attempt began. */
    title: z.string(),
    namespace: z.string(),
    iteration: z.int().check(z.positive()),
    agent: z.string(),
    model: z.nullable(z.string()),
    /** Folder of the attempt's files, relative to the state folder. */
    files: z.string(),
    timeoutMs: z.int().check(z.positive()),
    /** The attempt before, where it failed: the next one is told of it. */
    before: z.nullable(
      z.object({ kind: failureKind, reason, files: z.string(), iteration: z.int().check(z.positive()) }),
    ),
    /** What this attempt may spend at most, in dollars, where a budget is set. */
    allowanceUsd: z.nullable(z.number()),
    /** Which of the workers of its loop has it, counted from 1. */
    worker: z._default(z.int().check(z.positive()), 1),
  }),

  /** Somebody works on it by hand, or with an agent of their own: no loop takes it meanwhile. */
  'task.taken': z.object({ reason }),

  /** The agent's process runs under its supervisor. */
  'task.started': z.object({
    attempt,
    /** Null where it had ended before anybody could look. */
    supervisor: z.nullable(processIdentity),
    process: z.nullable(processIdentity),
  }),

  /** What the running attempt has used so far; at most one in 30 seconds. */
  'task.progressed': z.object({
    attempt,
    usage: z.nullable(usage),
    agentSession: z.nullable(z.string()),
  }),

  /** The agent ended well. What follows is an event of its own. */
  'task.attemptSucceeded': z.object({ ...remains, summary: z.string() }),

  /** The attempt ended badly. What follows is an event of its own. */
  'task.attemptFailed': z.object({ ...remains, kind: failureKind, reason }),

  /** Its task moved on while it ran: it was ended, and this is what it had used. */
  'task.attemptAbandoned': z.object({ ...remains, reason }),

  /** The command that checks the work was started. */
  'task.verificationStarted': z.object({ attempt, command: z.array(z.string()), timeoutMs: z.number() }),

  /** The check said yes. */
  'task.verificationPassed': z.object({ attempt, durationMs: z.nullable(z.number()) }),

  /** The check said no, or was ended before it could say anything. */
  'task.verificationFailed': z.object({
    attempt,
    kind: failureKind,
    durationMs: z.nullable(z.number()),
    exit: z.nullable(exitStatus),
    reason,
  }),

  /** It will be tried again, not before `notBefore`. */
  'task.retryScheduled': z.object({ notBefore: instant, kind: failureKind }),

  /** Its agent may not be used before `until`; `known` says whether the service named that instant. */
  'task.limitReached': z.object({ until: instant, known: z.boolean(), limit: z.string() }),

  /** A person has to look before it can go on. */
  'task.personNeeded': z.object({ reason }),

  /** It goes back to the queue without having cost it a try. */
  'task.requeued': z.object({ reason }),

  /** It is done. */
  'task.completed': z.object({ reason }),

  /** It failed too often, the last time with `attempt`; or somebody said so, and there is none. */
  'task.failed': z.object({ reason, attempt: z.exactOptional(attempt) }),

  /** A person took it back. */
  'task.cancelled': z.object({ reason }),

  /** A person passed over it. */
  'task.skipped': z.object({ reason }),

  /** A person put it back to the start; its tries count from nothing. */
  'task.reset': z.object({ reason }),

  /** The backlog was told its status, or was read with it: what the file said last. */
  'task.backlogTold': z.object({ status: z.string() }),

  /** Its agent was allowed to add this task to the backlog. */
  'task.additionGranted': z.object({ title: z.string() }),

  /** A backlog behind a network is to be told this. The id of this fact names the telling for ever. */
  'task.tellRequested': z.object({ status: z.string(), note: z.nullable(z.string()) }),

  /** It could not be told yet, and will be. `request` is the id of the fact that asked for it. */
  'task.tellDelayed': z.object({ request: z.string(), problem: z.string(), nextTry: instant }),

  /** The backlog was told what was asked for. */
  'task.tellDone': z.object({ request: z.string(), status: z.string() }),

  /** It will not be told: somebody changed it meanwhile, or it is gone. */
  'task.tellDropped': z.object({ request: z.string(), status: z.string(), reason: z.string() }),
}

export type TaskEvent = EventOf<typeof taskEvents>
