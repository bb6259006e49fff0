import { fromPromise } from 'xstate'
import type { AttemptInput } from '../../machines/task/moves.ts'
import { openQuestion } from '../../projections/task-row.ts'
import type { House } from '../house.ts'
import type { RunState } from '../run-state.ts'
import { changeOrInstant } from './change-or-instant.ts'
import { dispatchUnlessMoved } from './dispatch-unless-moved.ts'

/** Answers what the agent of an attempt has asked with its own fallback, once nobody has answered in time. */
export const awaitAnswer = (house: House, state: RunState) =>
  fromPromise<void, AttemptInput>(async ({ input, signal }) => {
    while (!signal.aborted) {
      const seen = state.changes
      const row = state.openAttempts().find(({ stream }) => stream === input.task)
      const question = row ? openQuestion(row) : null
      if (question && house.clock.now() >= new Date(question.deadline)) {
        const { question: id, fallback } = question
        await dispatchUnlessMoved(house, [
          {
            stream: input.task,
            command: { type: 'answer', question: id, answer: fallback, isFallback: true },
          },
        ])
        await state.changed(seen, signal)
      } else await changeOrInstant(house, state, { seen, until: question?.deadline ?? null, signal })
    }
  })
