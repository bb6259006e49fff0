import { taskMachine } from '../../machines/task/machine.ts'
import type { House } from '../house.ts'
import type { RunState } from '../run-state.ts'
import { awaitAnswer } from './await-answer.ts'
import { followAttempt } from './follow-attempt.ts'
import { launchAttempt } from './launch-attempt.ts'
import { runVerification } from './run-verification.ts'

/** The chart of a task with its work in place. */
export function taskChartOf(house: House, state: RunState) {
  return taskMachine.provide({
    actors: {
      launchAttempt: launchAttempt(house),
      followAttempt: followAttempt(house),
      awaitAnswer: awaitAnswer(house, state),
      runVerification: runVerification(house),
    },
  })
}
