import { assertEvent, assign, fromPromise, setup } from 'xstate'
import type { TaskStream } from '../../events/event.ts'
import type { TaskEvent } from '../../events/task.ts'
import { providedByRuntime } from '../work.ts'
import { afterwards, atWork, besides, byHand, claimable, closings, reopened } from './arrows.ts'
import { type TaskContext, unborn } from './context.ts'
import {
  type AttemptInput,
  askedAfter,
  attemptOf,
  blamed,
  type CheckInput,
  checkOf,
  fresh,
  heard,
  taken,
} from './moves.ts'

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
    awaitAnswer: fromPromise<void, AttemptInput>(providedByRuntime),
    runVerification: fromPromise<void, CheckInput>(providedByRuntime),
  },
  actions: {
    takeIn: assign(({ event }) => {
      assertEvent(event, ['task.queued', 'task.imported'])
      return { title: event.data.title, told: event.data.told }
    }),
    open: assign(({ event }) => {
      assertEvent(event, 'task.claimed')
      return taken(event.data)
    }),
    hear: assign(({ context, event }) => heard(context, event)),
    forget: assign(() => fresh()),
  },
  guards: {
    isKnown: ({ context }) => context.told !== null,
    isAsked: ({ context, event }) =>
      event.type === 'task.answered' && context.question?.question === event.data.question,
    noAttemptIsOpen: ({ context }) => context.open === null,
  },
}).createMachine({
  id: 'task',
  maxIterations: 1000,
  context: ({ input }: { input: { subject: TaskStream } | undefined }) => unborn(input?.subject ?? 'task/'),
  initial: 'absent',
  on: {
    ...besides,
    'task.revised': {
      guard: 'isKnown',
      actions: assign(({ event }) => ({ title: event.data.title })),
    },
    'task.backlogTold': {
      guard: 'isKnown',
      actions: assign(({ event }) => ({ told: event.data.status, refused: null })),
    },
    'task.additionGranted': {
      guard: 'isKnown',
      actions: assign(({ context }) => ({ granted: context.granted + 1 })),
    },
    'task.tellRequested': {
      guard: 'isKnown',
      actions: assign(({ context, event }) => ({ asked: [...context.asked, event.data.status] })),
    },
    'task.tellDone': {
      guard: 'isKnown',
      actions: assign(({ context, event }) => ({
        told: event.data.status,
        refused: null,
        asked: askedAfter(context.asked, event.data.status),
      })),
    },
    'task.tellDropped': {
      guard: 'isKnown',
      actions: assign(({ context, event }) => ({
        refused: event.data.status,
        asked: askedAfter(context.asked, event.data.status),
      })),
    },
    'task.attemptAbandoned': {
      guard: ({ context, event }) => context.open?.attempt === event.data.attempt,
      actions: assign({ open: null }),
    },
  },
  states: {
    absent: {
      on: {
        'task.queued': { target: 'queued', actions: 'takeIn' },
        'task.imported': [
          {
            guard: ({ event }) => event.data.status === 'completed',
            target: 'completed',
            actions: 'takeIn',
          },
          {
            guard: ({ event }) => event.data.status === 'failed',
            target: 'failed',
            actions: 'takeIn',
          },
          {
            guard: ({ event }) => event.data.status === 'cancelled',
            target: 'cancelled',
            actions: 'takeIn',
          },
          {
            target: 'skipped',
            actions: 'takeIn',
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
        'task.taken': byHand,
        'task.claimed': claimable,
      },
    },

    taken: { tags: 'open', on: { ...afterwards, 'task.requeued': 'queued' } },

    blocked: {
      tags: 'open',
      on: { ...closings, 'task.unblocked': 'queued', 'task.blocked': 'blocked' },
    },

    claimed: {
      tags: ['open', 'busy'],
      invoke: { src: 'launchAttempt', input: ({ context }) => attemptOf(context) },
      on: {
        ...atWork,
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
      invoke: [
        { src: 'followAttempt', input: ({ context }) => attemptOf(context) },
        { src: 'awaitAnswer', input: ({ context }) => attemptOf(context) },
      ],
      on: {
        ...atWork,
        'task.progressed': { actions: assign({}) }, // told for the totals; it moves nothing
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
        'task.requeued': { target: 'queued', actions: assign({ check: null }) },
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
        ...afterwards,
        'task.blocked': 'blocked',
        'task.taken': byHand,
        'task.claimed': claimable,
      },
    },

    waitingForLimit: {
      tags: ['open', 'ready'],
      on: {
        ...afterwards,
        'task.blocked': 'blocked',
        'task.taken': byHand,
        'task.claimed': claimable,
      },
    },

    needsPerson: { tags: 'open', on: { ...afterwards, 'task.taken': byHand } },

    completed: { tags: 'closed', on: afterwards },
    failed: { tags: 'closed', on: afterwards },
    cancelled: { tags: 'closed', on: afterwards },
    skipped: { tags: 'closed', on: afterwards },
    removed: {
      tags: 'closed',
      on: { 'task.reset': reopened },
    },
  },
})
