import { nanoid } from 'nanoid'
import { openLmdbStore, type Store } from '../src/adapters/lmdb/store.ts'
import { systemClock } from '../src/adapters/system/clock.ts'
import type { DomainEvent } from '../src/events/catalogue.ts'
import type { AppendContext } from '../src/ports/event-log.ts'

const identity = (pid: number) => ({
  pid,
  start: '4812345',
  boot: '8d4a4c7e-3c1c-4a57-9c51-5f0f8a6d3f1e',
  host: 'workstation',
})

const usage = (turn: number) => ({
  models: {
    'claude-sonnet-5-5': {
      input: 2_400 + turn,
      output: 170 + turn,
      cacheRead: 18_000,
      cacheWrite: 600,
      reasoning: 0,
    },
  },
  costUsd: 0.00818,
  costSource: 'cli' as const,
})

/** Every event of these benches has the same author. */
export const context: AppendContext = {
  by: 'loop',
  session: 'default-20260102-030405-4711',
  correlation: 'V1StGXR8_Z5jdHi6B-myT',
  causation: 'Uakgb_J5m9g-0JDMbcJqL',
}

/** What a running attempt writes down twice a minute: an event of ordinary size. */
export function progressed(turn: number): DomainEvent {
  return { type: 'task.progressed', data: { attempt: 1, usage: usage(turn), agentSession: 'f3b0c442-98fc' } }
}

/** Offered by the backlog. */
export function queued(nth: number): DomainEvent {
  return {
    type: 'task.queued',
    data: {
      title: `Give form ${nth} of the settings page a way to be undone`,
      priority: 'medium',
      feature: 'settings',
      parent: null,
      dependsOn: [],
      told: 'pending',
    },
  }
}

/** A whole attempt at a task that fails and is to be tried again, or ends well; `length` events. */
export function attemptOf(nth: number, attempt: number, length: number, isLast: boolean): DomainEvent[] {
  const remains = {
    attempt,
    usage: usage(length),
    agentSession: 'f3b0c442-98fc',
    durationMs: 184_223,
    exit: { code: isLast ? 0 : 1, signal: null },
    output: { stdoutBytes: 48_123, stderrBytes: 0, truncated: false },
  }
  const files = 'runs/default/2026-01-02T03-04-05Z'
  const reason = 'The tests of the settings page still fail in two places'
  const begin: DomainEvent[] = [
    {
      type: 'task.claimed',
      data: {
        attempt,
        title: `Give form ${nth} of the settings page a way to be undone`,
        namespace: 'default',
        iteration: nth + 1,
        agent: 'claude',
        model: 'sonnet',
        files,
        timeoutMs: 600_000,
        before: attempt > 1 ? { kind: 'crash', reason, files, iteration: nth + 1 } : null,
        allowanceUsd: null,
        worker: 1,
      },
    },
    { type: 'task.started', data: { attempt, supervisor: identity(4711), process: identity(4712 + nth) } },
  ]
  const end: DomainEvent[] = isLast
    ? [
        { type: 'task.attemptSucceeded', data: { ...remains, summary: 'The form can be undone now.' } },
        { type: 'task.completed', data: { reason: 'the agent ended well' } },
        { type: 'task.backlogTold', data: { status: 'completed' } },
      ]
    : [
        { type: 'task.attemptFailed', data: { ...remains, kind: 'crash', reason } },
        { type: 'task.retryScheduled', data: { notBefore: '2026-01-02T03:14:05.000Z', kind: 'crash' } },
      ]
  const between = length - begin.length - end.length
  return [...begin, ...Array.from({ length: between }, (_, turn) => progressed(turn)), ...end]
}

/** A store of ours in a folder. */
export function openStore(path: string): Promise<Store> {
  return openLmdbStore({ path, clock: systemClock, newId: () => nanoid() })
}
