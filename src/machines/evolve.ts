import { type AnyActorScope, type AnyMachineSnapshot, type AnyStateMachine, createActor } from 'xstate'
import { LoopworkError } from '../errors.ts'
import type { Event } from '../events/event.ts'

/** One step of a life: the chart takes the event, or refuses it. Runs no effects. */
export type Evolve = <S extends AnyMachineSnapshot>(snapshot: S, event: Event) => S

/**
 * The steps of lives after one chart. XState's own `transition` makes an actor for every step, which takes
 * longer than the step: here one that is never started stands for all of them.
 */
export function createEvolve(machine: AnyStateMachine): Evolve {
  const scope = idleScope(machine)
  return (snapshot, event) => {
    const next = machine.transition(snapshot, event, scope) as typeof snapshot
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
}

/** A single step. */
export function evolve<S extends AnyMachineSnapshot>(machine: AnyStateMachine, snapshot: S, event: Event): S {
  return createEvolve(machine)(snapshot, event)
}

/** What a step is taken within: everything it would have done is left undone. */
function idleScope(machine: AnyStateMachine): AnyActorScope {
  const self = createActor(machine)
  const nothing = () => undefined
  return {
    self,
    id: self.id,
    sessionId: self.sessionId,
    system: self.system,
    logger: nothing,
    defer: nothing,
    emit: nothing,
    stopChild: nothing,
    actionExecutor: nothing,
  }
}
