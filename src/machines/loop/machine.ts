import { assign, fromPromise, setup } from 'xstate'
import type { LoopStream } from '../../events/event.ts'
import type { LoopEvent } from '../../events/loop.ts'
import { providedByRuntime } from '../work.ts'
import { type Ending, type LoopContext, unborn } from './context.ts'

export type LoopInput = { readonly loop: LoopStream }
export type IdleInput = LoopInput & { readonly until: string | null }
export type EndingInput = LoopInput & { readonly ending: Ending }

/**
 * The life of a namespace's loop: one process at a time holds it.
 *
 * As with tasks, every arrow is an event from the log and `invoke` says which work is alive in a state.
 */
export const loopMachine = setup({
  types: {
    input: {} as { subject: LoopStream },
    context: {} as LoopContext,
    events: {} as LoopEvent,
    tags: {} as 'alive' | 'closed',
  },
  actors: {
    handOut: fromPromise<void, LoopInput>(providedByRuntime),
    awaitChange: fromPromise<void, IdleInput>(providedByRuntime),
    awaitDrained: fromPromise<void, LoopInput>(providedByRuntime),
    endAttempts: fromPromise<void, EndingInput>(providedByRuntime),
    tend: fromPromise<void, LoopInput>(providedByRuntime),
  },
  guards: {
    wasPaused: ({ context }) => context.paused,
  },
}).createMachine({
  id: 'loop',
  maxIterations: 1000,
  context: ({ input }: { input: { subject: LoopStream } | undefined }) => unborn(input?.subject ?? 'loop/'),
  initial: 'stopped',
  states: {
    stopped: {
      tags: 'closed',
      on: {
        'loop.started': [
          { guard: 'wasPaused', target: 'paused', actions: assign(({ event }) => begun(event.data)) },
          { target: 'running', actions: assign(({ event }) => begun(event.data)) },
        ],
      },
    },

    running: {
      tags: 'alive',
      invoke: { src: 'handOut', input: ({ context }) => ({ loop: context.subject }) },
      on: {
        'loop.drainRequested': 'draining',
        'loop.interruptRequested': 'interrupting',
        'loop.abortRequested': {
          target: 'interrupting',
          actions: assign(({ event }) => ({ ending: { reason: 'aborted', detail: event.data.reason } })),
        },
        'loop.stopped': { target: 'stopped', actions: assign(ended) },
        'loop.idled': { target: 'idle', actions: assign(({ event }) => ({ idle: event.data })) },
        'loop.paused': { target: 'paused', actions: assign({ paused: true }) },
      },
    },

    /** Alive, with nothing to do until an instant or a change; the reason is in the context. */
    idle: {
      tags: 'alive',
      invoke: {
        src: 'awaitChange',
        input: ({ context }) => ({ loop: context.subject, until: context.idle?.until ?? null }),
      },
      on: {
        'loop.drainRequested': 'draining',
        'loop.interruptRequested': 'interrupting',
        'loop.stopped': { target: 'stopped', actions: assign(ended) },
        'loop.woke': { target: 'running', actions: assign({ idle: null }) },
        'loop.paused': { target: 'paused', actions: assign({ paused: true }) },
      },
    },

    paused: {
      tags: 'alive',
      invoke: { src: 'tend', input: ({ context }) => ({ loop: context.subject }) },
      on: {
        'loop.drainRequested': 'draining',
        'loop.interruptRequested': 'interrupting',
        'loop.stopped': { target: 'stopped', actions: assign(ended) },
        'loop.continued': { target: 'running', actions: assign({ paused: false }) },
      },
    },

    draining: {
      tags: 'alive',
      invoke: { src: 'awaitDrained', input: ({ context }) => ({ loop: context.subject }) },
      on: {
        'loop.interruptRequested': 'interrupting',
        'loop.stopped': { target: 'stopped', actions: assign(ended) },
      },
    },

    interrupting: {
      tags: 'alive',
      invoke: {
        src: 'endAttempts',
        input: ({ context: { subject, ending } }) => ({ loop: subject, ending }),
      },
      on: {
        'loop.stopped': { target: 'stopped', actions: assign(ended) },
      },
    },
  },
  on: {
    // Outside the states that it moves, a pause is remembered for the next one that takes the namespace.
    'loop.paused': {
      guard: ({ context }) => context.session !== null,
      actions: assign({ paused: true }),
    },
    'loop.continued': { guard: 'wasPaused', actions: assign({ paused: false }) },
    'loop.agentBarred': {
      guard: ({ context }) => context.session !== null,
      actions: assign(({ context, event }) => ({
        bars: [
          ...context.bars.filter((bar) => bar.agent !== event.data.agent || bar.model !== event.data.model),
          event.data,
        ],
      })),
    },
    'loop.budgetAlerted': {
      guard: ({ context }) => context.session !== null,
      actions: assign(({ event }) => ({ alerted: { day: event.data.day, threshold: event.data.threshold } })),
    },
    'loop.held': {
      guard: ({ context }) => context.session !== null,
      actions: assign(({ event }) => ({ hold: event.data })),
    },
    'loop.backlogRefused': {
      guard: ({ context }) => context.session !== null,
      actions: assign(({ event }) => ({ refusal: event.data })),
    },
    'loop.backlogRolledBack': {
      guard: ({ context }) => context.session !== null,
      actions: assign({}), // told to those who read; it moves nothing
    },
    'loop.backlogAccepted': {
      guard: ({ context }) => context.refusal !== null,
      actions: assign({ refusal: null }),
    },
  },
})

type Begun = Extract<LoopEvent, { type: 'loop.started' }>['data']

function begun({ session, epoch, holder, files, options, args }: Begun): Partial<LoopContext> {
  const { ending } = unborn('loop/')
  return { session, epoch, holder, files, options, args, idle: null, bars: [], stopReason: null, ending }
}

/** A pause outlives every end: only a person takes it back. */
function ended({ event }: { event: LoopEvent }): Partial<LoopContext> {
  return event.type === 'loop.stopped' ? { holder: null, idle: null, stopReason: event.data.reason } : {}
}
