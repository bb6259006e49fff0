import { expect } from 'vitest'
import { type AnyMachineSnapshot, initialTransition } from 'xstate'
import type { TaskEvent } from '../../src/events/task.ts'
import { evolve } from '../../src/machines/evolve.ts'
import type { RetryPolicy } from '../../src/machines/retry.ts'
import type { TaskCommand } from '../../src/machines/task/commands.ts'
import { decideTask, type Task } from '../../src/machines/task/decide.ts'
import { taskMachine } from '../../src/machines/task/machine.ts'
import { now } from './examples.ts'

/** Two tries, the second after a minute; limits without an end are looked at after five minutes. */
export const twoTries: RetryPolicy = {
  maxTries: 2,
  baseDelayMs: 60_000,
  maxDelayMs: 600_000,
  exponential: true,
  maxTroubles: 3,
  unknownLimitMs: 300_000,
}

const unborn: Task = initialTransition(taskMachine, { subject: 'task/b/1' })[0]

/** `given(facts).when(command).yields(facts)`: the sentence that every test of a task is. */
export function given(...history: readonly TaskEvent[]) {
  const task = replay(unborn, history)
  return {
    when: (command: TaskCommand) => {
      const outcome = () => {
        const facts = decideTask(task, command, { retry: twoTries, now })
        replay(task, facts)
        return facts
      }
      return {
        yields: (...facts: readonly TaskEvent[]) => expect(outcome()).toEqual(facts),
        yieldsTypes: (...types: readonly TaskEvent['type'][]) =>
          expect(outcome().map(({ type }) => type)).toEqual(types),
        isRefused: () => expect(outcome).toThrow(expect.objectContaining({ code: 'rejected' })),
      }
    },
    is: (state: Task['value']) => expect(task.value).toBe(state),
  }
}

function replay<S extends AnyMachineSnapshot>(from: S, facts: readonly TaskEvent[]): S {
  return facts.reduce((snapshot, fact) => evolve(taskMachine, snapshot, fact), from)
}
