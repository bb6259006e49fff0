import { type AnyMachineSnapshot, type AnyStateMachine, transition } from 'xstate'
import { LoopworkError } from '../errors.ts'
import type { Event } from '../events/event.ts'

/** One step of a life: the chart takes the event, or refuses it. Runs no effects. */
export function evolve<S extends AnyMachineSnapshot>(machine: AnyStateMachine, snapshot: S, event: Event): S {
  const next = transition(machine, snapshot, event)[0] as S
  // An arrow that leads back to where it began gives the same snapshot too; that is told apart by asking.
  if (next === snapshot && !snapshot.can(event)) {
    throw new LoopworkError(
      'rejected',
      `${event.type} cannot happen to a ${machine.id} that is ${JSON.stringify(snapshot.value)}`,
      { hint: '`loopwork status` and `loopwork task show <id>` say what it is doing.' },
    )
  }
  return next
}
