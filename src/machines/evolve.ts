import { type AnyActorScope, type AnyMachineSnapshot, type AnyStateMachine, createActor } from 'xstate'
import { LoopworkError } from '../errors.ts'
import type { Event, StreamId } from '../events/event.ts'

/** A life before its first event. */
export function unbornLife(machine: AnyStateMachine, subject: StreamId): AnyMachineSnapshot {
  return machine.getInitialSnapshot(scopeOf(machine), { subject })
}

/** One step of a life: the chart takes the event, or refuses it. Runs no effects. */
export function evolve<S extends AnyMachineSnapshot>(machine: AnyStateMachine, snapshot: S, event: Event): S {
  const next = machine.transition(snapshot, event, scopeOf(machine)) as S
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

const scopes = new WeakMap<AnyStateMachine, AnyActorScope>()

/**
 * What a chart is asleep in: it hears nothing and starts nothing. One for all lives, since the `transition` of
 * XState makes an actor for each step, which costs three times what the step itself does.
 */
function scopeOf(machine: AnyStateMachine): AnyActorScope {
  const known = scopes.get(machine)
  if (known) return known
  const self = createActor(machine, { input: { subject: '' } })
  const nothing = (): void => undefined
  const scope: AnyActorScope = {
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
  scopes.set(machine, scope)
  return scope
}
