import { expect, test } from 'vitest'
import type { TaskEvent } from '../../src/events/task.ts'
import type { Said } from '../../src/machines/task/agent-says.ts'
import type { TaskCommand } from '../../src/machines/task/commands.ts'
import { given } from '../support/given.ts'
import { attemptFailed, claimed, queued, retryScheduled, started } from '../support/task-facts.ts'

const granted = (attempt: number, tokenHash = `token-${attempt}`): TaskEvent => ({
  type: 'task.accessGranted',
  data: { attempt, tokenHash },
})
const asked: TaskEvent = {
  type: 'task.asked',
  data: {
    attempt: 1,
    question: 'q1',
    text: 'Blue or green?',
    options: ['blue', 'green'],
    fallback: 'blue',
    deadline: '2026-01-01T01:00:00.000Z',
  },
}
const says = (said: Said, attempt = 1, tokenHash = `token-${attempt}`): TaskCommand => ({
  type: 'agentSays',
  attempt,
  tokenHash,
  said,
})
const answered = (isFallback: boolean): TaskCommand => ({
  type: 'answer',
  question: 'q1',
  answer: 'green',
  isFallback,
})
const report: Said = { say: 'report', text: 'half of it', percent: 50 }
const running = [queued, claimed(1), granted(1), started(1)] as const

test('an agent speaks for its own attempt', () => {
  given(...running)
    .when(says(report))
    .yields({ type: 'task.reported', data: { attempt: 1, text: 'half of it', percent: 50 } })
  given(queued, claimed(1), granted(1)).when(says(report)).yieldsTypes('task.reported')
})

test('a token of another attempt, a wrong one, and none are refused', () => {
  const failed = [...running, attemptFailed(1), retryScheduled('2026-01-01T00:00:00.000Z')] as const
  given(...running)
    .when(says(report, 1, 'token-2'))
    .isRefused()
  given(queued, claimed(1), started(1)).when(says(report)).isRefused()
  given(...failed)
    .when(says(report))
    .isRefused()
  given(...failed, claimed(2), started(2))
    .when(says(report))
    .isRefused()
  given(...failed, claimed(2), granted(2), started(2))
    .when(says(report))
    .isRefused()
  given(...failed, claimed(2), granted(2), started(2))
    .when(says(report, 2))
    .yieldsTypes('task.reported')
})

test('a token that was granted again replaces the one before', () => {
  given(queued, claimed(1), granted(1), granted(1, 'newer')).when(says(report)).isRefused()
})

test('one question is open at a time, and has one answer', () => {
  const { type: _, data } = asked as Extract<TaskEvent, { type: 'task.asked' }>
  expect(_).toBe('task.asked')
  const { attempt: __, ...question } = data
  given(...running)
    .when(says({ say: 'ask', ...question }))
    .yields(asked)
  given(...running, asked)
    .when(says({ say: 'ask', ...question }))
    .isRefused()
  given(...running, asked)
    .when(answered(false))
    .yieldsTypes('task.answered')
  const done: TaskEvent = {
    type: 'task.answered',
    data: { question: 'q1', answer: 'green', isFallback: false },
  }
  given(...running, asked, done)
    .when(answered(true))
    .yields()
  given(...running, asked, done)
    .when(answered(false))
    .isRefused()
})

test('an agent that declares itself blocked hands its task to a person', () => {
  given(...running)
    .when(says({ say: 'block', reason: 'no password' }))
    .yields({ type: 'task.personNeeded', data: { reason: 'no password' } })
  given(...running, { type: 'task.personNeeded', data: { reason: 'no password' } }).is('needsPerson')
})
