import type { AnyStateMachine } from 'xstate'
import { loopMachine } from '../machines/loop/machine.ts'
import { taskMachine } from '../machines/task/machine.ts'

/** A statechart as it can be drawn: its states, and the events that lead from one to another. */
export type Chart = {
  readonly id: string
  readonly initial: string
  readonly states: readonly {
    readonly name: string
    readonly tags: readonly string[]
    /** The work that is alive in it. */
    readonly work: readonly string[]
  }[]
  readonly arrows: readonly { readonly from: string; readonly to: string; readonly event: string }[]
}

/** Both charts, drawn from the machines themselves. */
export function charts(): readonly Chart[] {
  return [taskMachine, loopMachine].map((machine) => chartOf(machine))
}

function chartOf(machine: AnyStateMachine): Chart {
  const nodes = Object.values(machine.root.states)
  return {
    id: machine.id,
    initial: String(machine.root.initial.target[0]?.key ?? ''),
    states: nodes.map(({ key, tags, invoke }) => ({
      name: key,
      tags: [...tags],
      work: invoke.map(({ src }) => String(src)),
    })),
    arrows: nodes.flatMap((node) =>
      [...node.transitions.values()].flat().map(({ eventType, target }) => ({
        from: node.key,
        to: target?.[0]?.key ?? node.key,
        event: eventType,
      })),
    ),
  }
}
