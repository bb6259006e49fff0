import { loopMachine } from '../machines/loop/machine.ts'
import type { House } from './house.ts'
import type { RunState } from './run-state.ts'
import { awaitChange } from './work/await-change.ts'
import { awaitDrained, endAttempts } from './work/await-drained.ts'
import { handOut } from './work/hand-out.ts'
import { taskChartOf } from './work/task-chart.ts'
import { tend } from './work/tend.ts'

/** The charts with the work of a run in place, made once: a life is only a snapshot of one of them. */
export function chartsAtWork(house: House, state: RunState) {
  return {
    task: taskChartOf(house, state),
    loop: loopMachine.provide({
      actors: {
        handOut: handOut(house, state),
        awaitChange: awaitChange(house, state),
        tend: tend(house, state),
        awaitDrained: awaitDrained(house, state),
        endAttempts: endAttempts(house, state),
      },
    }),
  }
}
