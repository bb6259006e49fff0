import { expect, test } from 'vitest'
import { parseAct } from '../../src/cli/web/parse-act.ts'
import type { DomainEvent, Fact } from '../../src/events/catalogue.ts'
import { taskStream } from '../../src/events/event.ts'
import { attemptsOf, exitText } from '../../src/webapp/attempts.ts'
import { attemptFailed, attemptSucceeded, claimed, queued } from '../support/task-facts.ts'

function factsOf(...events: readonly DomainEvent[]): Fact[] {
  return events.map((event, nth) => ({
    id: `id-${nth}`,
    position: nth + 1,
    stream: taskStream('tasks.json', 'A-1'),
    version: nth + 1,
    at: new Date(Date.UTC(2026, 0, 1) + nth * 1_000).toISOString(),
    session: null,
    correlation: 'c',
    causation: 'c',
    by: 'loop',
    schema: 1,
    event,
  }))
}

test('an attempt is told with its gate, its evidence and what its agent said', () => {
  const attempts = attemptsOf(
    factsOf(
      queued,
      claimed(1),
      { type: 'task.reported', data: { attempt: 1, text: 'half way', percent: 50 } },
      {
        type: 'task.evidenceAttached',
        data: { attempt: 1, name: 'shot.png', path: 'x/shot.png', bytes: 9, sha256: 'ab', note: 'it works' },
      },
      attemptSucceeded(1),
      { type: 'task.verificationStarted', data: { attempt: 1, command: ['npm', 'test'], timeoutMs: 1_000 } },
      {
        type: 'task.verificationFailed',
        data: {
          attempt: 1,
          kind: 'verification',
          durationMs: 1_234,
          exit: { code: 7, signal: null },
          reason: 'a test is red',
        },
      },
      claimed(2),
      attemptFailed(2),
      claimed(3),
    ),
  )
  expect(attempts.map(({ attempt, outcome }) => [attempt, outcome])).toEqual([
    [1, 'ok'],
    [2, 'failed'],
    [3, 'running'],
  ])
  expect(attempts[0]).toMatchObject({
    said: 'done',
    notes: [{ text: 'half way (50 %)' }],
    evidence: [{ name: 'shot.png', sha256: 'ab' }],
    checks: [{ command: 'npm test', outcome: 'failed', durationMs: 1_234, reason: 'a test is red' }],
  })
  expect(exitText(attempts[0]?.checks[0]?.exit ?? null)).toBe('exit 7')
  expect(exitText({ code: null, signal: 'SIGKILL' })).toBe('ended by SIGKILL')
  expect(attempts[1]).toMatchObject({ said: 'it broke', checks: [] })
})

test('what a page asks for is one of what a person may ask for', () => {
  expect(parseAct({ do: 'answer', task: 'A-1', text: 'yes' })).toEqual({
    do: 'answer',
    task: 'A-1',
    text: 'yes',
  })
  expect(parseAct({ do: 'kill', namespace: 'one', task: 'A' })).toEqual({ do: 'kill', namespace: 'one' })
  for (const wrong of [null, 'pause', { do: 'answer', task: 'A-1' }, { do: 'quit' }, { do: 'pause' }]) {
    expect(() => parseAct(wrong)).toThrow('this cannot be asked for')
  }
})
