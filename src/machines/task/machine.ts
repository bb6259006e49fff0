import { assign, fromPromise, setup } from 'xstate'
import type { TaskStream } from '../../events/event.ts'
import type { TaskEvent } from '../../events/task.ts'
import { blameOf } from '../retry.ts'
import { providedByRuntime } from '../work.ts'
import { type Attempt, type Check, type TaskContext, unborn } from './context.ts'

export type AttemptInput = { readonly task: TaskStream; readonly attempt: Attempt }
export type CheckInput = AttemptInput & { readonly check: Check }

const closings = {
  'task.completed': 'completed',
  'task.failed': 'failed',
  'task.cancelled': 'cancelled',
  'task.skipped': 'skipped',
  'task.removed': 'removed',
} as const

/**
 * The life of a task.
 *
 * Every arrow is an event from the log; nothing moves on its own. `invoke` only says which work is alive in
 * a state: entering starts it, leaving aborts it, and what comes of it is reported back as a command.
 * A claim is legal only while no earlier attempt is open, so no task has two agents.
 */
export const taskMachine = setup({
  types: {
    input: {} as { subject: TaskStream },
    context: {} as TaskContext,
    events: {} as TaskEvent,
    tags: {} as 'open' | 'closed' | 'busy' | 'ready',
  },
  actors: {
    launchAttempt: fromPromise<void, AttemptInput>(providedByRuntime),
    followAttempt: fromPromise<void, AttemptInput>(providedByRuntime),
    runVerification: fromPromise<void, CheckInput>(providedByRuntime),
  },
  guards: {
    isKnown: ({ context }) => context.told !== null,
    noAttemptIsOpen: ({ context }) => context.open === null,
  },
}).createMachine({
  id: 'task',
  maxIterations: 1000,
  context: ({ input }: { input: { subject: TaskStream } | undefined }) => unborn(input?.subject ?? 'task/'),
  initial: 'absent',
  on: {
    'task.revised': {
      guard: 'isKnown',
      actions: assign(({ event }) => ({ title: event.data.title })),
    },
    'task.backlogTold': {
      guard: 'isKnown',
      actions: assign(({ event }) => ({ told: event.data.status })),
    },
    'task.attemptAbandoned': {
      guard: ({ context, event }) => context.open?.attempt === event.data.attempt,
      actions: assign({ open: null }),
    },
  },
  states: {
    absent: {
      on: {
        'task.queued': {
          target: 'queued',
          actions: assign(({ event }) => ({ title: event.data.title, told: event.data.told })),
        },
        'task.imported': [
          {
            guard: ({ event }) => event.data.status === 'completed',
            target: 'completed',
            actions: assign(({ event }) => ({ title: event.data.title, told: event.data.told })),
          },
          {
            guard: ({ event }) => event.data.status === 'failed',
            target: 'failed',
            actions: assign(({ event }) => ({ title: event.data.title, told: event.data.told })),
          },
          {
            guard: ({ event }) => event.data.status === 'cancelled',
            target: 'cancelled',
            actions: assign(({ event }) => ({ title: event.data.title, told: event.data.told })),
          },
          {
            target: 'skipped',
            actions: assign(({ event }) => ({ title: event.data.title, told: event.data.told })),
          },
        ],
      },
    },

    queued: {
      tags: ['open', 'ready'],
      on: {
        ...closings,
        'task.blocked': 'blocked',
        'task.personNeeded': 'needsPerson',
        'task.claimed': {
          guard: 'noAttemptIsOpen',
          target: 'claimed',
          actions: assign(({ event }) => ({ open: event.data, attempts: event.data.attempt })),
        },
      },
    },

    blocked: {
      tags: 'open',
      on: { ...closings, 'task.unblocked': 'queued', 'task.blocked': 'blocked' },
    },

    claimed: {
      tags: ['open', 'busy'],
      invoke: { src: 'launchAttempt', input: ({ context }) => attemptOf(context) },
      on: {
        ...closings,
        'task.started': {
          target: 'running',
          actions: assign(({ event }) => ({ process: event.data.process })),
        },
        'task.attemptFailed': {
          target: 'failing',
          actions: assign(({ context, event }) => blamed(context, event.data.kind, event.data.reason)),
        },
      },
    },

    running: {
      tags: ['open', 'busy'],
      invoke: { src: 'followAttempt', input: ({ context }) => attemptOf(context) },
      on: {
        ...closings,
        'task.progressed': {},
        'task.attemptSucceeded': {
          target: 'finishing',
          actions: assign(({ event }) => ({ summary: event.data.summary })),
        },
        'task.attemptFailed': {
          target: 'failing',
          actions: assign(({ context, event }) => blamed(context, event.data.kind, event.data.reason)),
        },
      },
    },

    /** Between the end of an attempt and what follows from it; never the last event of an append. */
    finishing: {
      tags: ['open', 'busy'],
      on: {
        'task.verificationStarted': {
          target: 'verifying',
          actions: assign(({ event }) => ({ check: event.data })),
        },
        'task.completed': {
          target: 'completed',
          actions: assign({ open: null, check: null, lastFailure: null }),
        },
      },
    },

    verifying: {
      tags: ['open', 'busy'],
      invoke: { src: 'runVerification', input: ({ context }) => checkOf(context) },
      on: {
        ...closings,
        'task.verificationPassed': 'finishing',
        'task.verificationFailed': {
          target: 'failing',
          actions: assign(({ context, event }) => blamed(context, event.data.kind, event.data.reason)),
        },
      },
    },

    /** Between a failure and what follows from it; never the last event of an append. */
    failing: {
      tags: ['open', 'busy'],
      on: {
        'task.retryScheduled': {
          target: 'waitingToRetry',
          actions: assign(({ event }) => ({ notBefore: event.data.notBefore })),
        },
        'task.limitReached': {
          target: 'waitingForLimit',
          actions: assign(({ event }) => ({ notBefore: event.data.until })),
        },
        'task.personNeeded': 'needsPerson',
        'task.requeued': 'queued',
        'task.failed': 'failed',
      },
    },

    waitingToRetry: {
      tags: ['open', 'ready'],
      on: {
        ...closings,
        'task.reset': { target: 'queued', actions: assign(fresh) },
        'task.blocked': 'blocked',
        'task.claimed': {
          guard: 'noAttemptIsOpen',
          target: 'claimed',
          actions: assign(({ event }) => ({
            open: event.data,
            attempts: event.data.attempt,
            notBefore: null,
          })),
        },
      },
    },

    waitingForLimit: {
      tags: ['open', 'ready'],
      on: {
        ...closings,
        'task.reset': { target: 'queued', actions: assign(fresh) },
        'task.blocked': 'blocked',
        'task.claimed': {
          guard: 'noAttemptIsOpen',
          target: 'claimed',
          actions: assign(({ event }) => ({
            open: event.data,
            attempts: event.data.attempt,
            notBefore: null,
          })),
        },
      },
    },

    needsPerson: {
      tags: 'open',
      on: { ...closings, 'task.reset': { target: 'queued', actions: assign(fresh) } },
    },

    completed: {
      tags: 'closed',
      on: { ...closings, 'task.reset': { target: 'queued', actions: assign(fresh) } },
    },
    failed: {
      tags: 'closed',
      on: { ...closings, 'task.reset': { target: 'queued', actions: assign(fresh) } },
    },
    cancelled: {
      tags: 'closed',
      on: { ...closings, 'task.reset': { target: 'queued', actions: assign(fresh) } },
    },
    skipped: {
      tags: 'closed',
      on: { ...closings, 'task.reset': { target: 'queued', actions: assign(fresh) } },
    },
    removed: {
      tags: 'closed',
      on: { 'task.reset': { target: 'queued', actions: assign(fresh) } },
    },
  },
})

function attemptOf(context: TaskContext): AttemptInput {
  if (!context.open) throw new Error(`${context.subject} is busy without an attempt`)
  return { task: context.subject, attempt: context.open }
}

function checkOf(context: TaskContext): CheckInput {
  if (!context.check) throw new Error(`${context.subject} is being checked without a check`)
  return { ...attemptOf(context), check: context.check }
}

function blamed(
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

function fresh(): Partial<TaskContext> {
  return { tries: 0, troubles: 0, limits: 0, notBefore: null, lastFailure: null }
}
