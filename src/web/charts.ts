import type { AnyStateMachine } from 'xstate'
import { loopMachine } from '../machines/loop/machine.ts'
import { taskMachine } from '../machines/task/machine.ts'
import type { Chart } from './shapes.ts'

/** Both charts, drawn from the machines themselves. */
export function charts(): readonly Chart[] {
  return [taskMachine, loopMachine].map((machine) => chartOf(machine))
}

/** A machine as a chart that can be drawn. */
export function chartOf(machine: AnyStateMachine): Chart {
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
