import { describe, test } from 'vitest'
import type { TaskEvent } from '../../src/events/task.ts'
import { given } from '../support/given.ts'
import {
  attemptFailed,
  attemptSucceeded,
  claim,
  claimed,
  queued,
  remains,
  reportFailure,
  reportSuccess,
  retryScheduled,
  started,
} from '../support/task-facts.ts'

const before = { kind: 'crash', reason: 'it broke', files: 'sessions/default/1', iteration: 1 } as const
const minuteLater = '2026-01-01T00:01:00.000Z'
const blocked: TaskEvent = { type: 'task.blocked', data: { waitsFor: ['2'], missing: [], cyclic: [] } }
const checked: TaskEvent = {
  type: 'task.verificationStarted',
  data: { attempt: 1, command: ['npm', 'test'], timeoutMs: 1000 },
}

describe('a task', () => {
  test('is claimed once it is queued', () => {
    given(queued).when(claim).yields(claimed(1))
  })

  test('cannot be claimed while it runs, nor while it is blocked', () => {
    given(queued, claimed(1)).when(claim).isRefused()
    given(queued, claimed(1), started(1)).when(claim).isRefused()
    given(queued, blocked).when(claim).isRefused()
  })

  test('is given back when another machine has it, whoever works on it here', () => {
    const yielded = { type: 'yield', reason: 'b works on it' } as const
    given(queued, claimed(1), started(1)).when(yielded).yieldsTypes('task.requeued')
    given(queued, { type: 'task.taken', data: { reason: 'by hand' } })
      .when(yielded)
      .yieldsTypes('task.requeued')
    given(queued).when(yielded).isRefused()
  })

  test('is completed when its attempt ends well and nothing is to be checked', () => {
    given(queued, claimed(1), started(1))
      .when(reportSuccess(1))
      .yields(attemptSucceeded(1), { type: 'task.completed', data: { reason: 'done' } })
  })

  test('is checked before it is completed, where a check is set', () => {
    given(queued, claimed(1), started(1))
      .when(reportSuccess(1, ['npm', 'test']))
      .yields(attemptSucceeded(1), checked)
    given(queued, claimed(1), started(1), attemptSucceeded(1), checked)
      .when({ type: 'reportVerification', attempt: 1, durationMs: 5, exit: null, failure: null })
      .yieldsTypes('task.verificationPassed', 'task.completed')
  })

  test('is tried again when the check says no', () => {
    given(queued, claimed(1), started(1), attemptSucceeded(1), checked)
      .when({
        type: 'reportVerification',
        attempt: 1,
        durationMs: 5,
        exit: { code: 1, signal: null },
        failure: { kind: 'verification', reason: 'red' },
      })
      .yieldsTypes('task.verificationFailed', 'task.retryScheduled')
  })

  test('that fails is tried again, later, and the next attempt is told why', () => {
    given(queued, claimed(1), started(1))
      .when(reportFailure(1, 'crash'))
      .yields(attemptFailed(1), retryScheduled(minuteLater))
    given(queued, claimed(1), started(1), attemptFailed(1), retryScheduled(minuteLater))
      .when(claim)
      .yields(claimed(2, before))
  })

  test('that fails too often has failed', () => {
    given(
      queued,
      claimed(1),
      started(1),
      attemptFailed(1),
      retryScheduled(minuteLater),
      claimed(2, before),
      started(2),
    )
      .when(reportFailure(2, 'crash'))
      .yields(attemptFailed(2), { type: 'task.failed', data: { reason: 'it broke', attempt: 2 } })
  })

  test('waits for the end of a limit without paying a try for it', () => {
    const end = '2026-01-01T05:00:00.000Z'
    given(queued, claimed(1), started(1))
      .when(reportFailure(1, 'limit', end))
      .yields(attemptFailed(1, 'limit'), {
        type: 'task.limitReached',
        data: { until: end, known: true, limit: 'it broke' },
      })
    given(queued, claimed(1), started(1))
      .when(reportFailure(1, 'limit'))
      .yields(attemptFailed(1, 'limit'), {
        type: 'task.limitReached',
        data: { until: '2026-01-01T00:05:00.000Z', known: false, limit: 'it broke' },
      })
  })

  test.each(['authentication', 'billing', 'launch', 'stopped', 'budget'] as const)(
    'goes back to the queue for free after %s',
    (kind) => {
      given(queued, claimed(1), started(1))
        .when(reportFailure(1, kind))
        .yields(attemptFailed(1, kind), { type: 'task.requeued', data: { reason: 'it broke' } })
    },
  )

  test('needs a person when the agent was refused what it needed', () => {
    given(queued, claimed(1), started(1))
      .when(reportFailure(1, 'permission'))
      .yields(attemptFailed(1, 'permission'), { type: 'task.personNeeded', data: { reason: 'it broke' } })
  })

  test('hears nothing of an attempt that is not the open one', () => {
    given(queued, claimed(1), started(1)).when(reportFailure(7, 'crash')).yields()
    given(queued, claimed(1), started(1)).when(reportSuccess(2)).yields()
  })

  test('may be moved by a person while it runs, but not claimed before its agent has ended', () => {
    const cancelled = { type: 'task.cancelled', data: { reason: 'by hand' } } as const
    const wasReset = { type: 'task.reset', data: { reason: 'again' } } as const
    const abandoned = { type: 'task.attemptAbandoned', data: { ...remains(1), reason: 'moved on' } } as const
    given(queued, claimed(1), started(1)).when({ type: 'cancel', reason: 'by hand' }).yields(cancelled)
    given(queued, claimed(1), started(1), cancelled, wasReset).when(claim).isRefused()
    given(queued, claimed(1), started(1), cancelled, wasReset, abandoned).when(claim).yields(claimed(2))
  })

  test('that was reset has all its tries again', () => {
    given(queued, claimed(1), started(1), attemptFailed(1), retryScheduled(minuteLater), {
      type: 'task.reset',
      data: { reason: 'again' },
    })
      .when(claim)
      .yields(claimed(2))
  })

  test('nobody queued cannot be completed', () => {
    given().when({ type: 'complete', reason: 'x' }).isRefused()
  })
})
