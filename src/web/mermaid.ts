import type { AnyStateMachine, AnyStateNode } from 'xstate'

type Arrow = { readonly from: string; readonly to: string; readonly type: string; readonly guards: string }

/** From so many states on, an event that leads to the same one is drawn once, from "any but". */
const many = 6

/** A chart as a state diagram in Mermaid; the present state, where one is given, stands out. */
export function mermaidOf(machine: AnyStateMachine, present: string | null = null): string {
  const states: AnyStateNode[] = Object.values(machine.states)
  const byEffect = [...groupBy(states.flatMap(arrowsOf), ({ type, to }) => `${type} ${to}`).values()]
  const single = byEffect.filter(({ length }) => length < many).flat()
  const lines = groupBy(
    single.filter(({ from, to }) => from !== to),
    ({ from, to }) => `${from} --> ${to}`,
  )
  return [
    'stateDiagram-v2',
    '  direction LR',
    `  [*] --> ${machine.root.initial?.target?.[0]?.key}`,
    ...states.flatMap(workIn),
    ...[...lines].map(([line, arrows]) => `  ${line} : ${arrows.map(labelOf).join(' / ')}`),
    ...fromMany(
      byEffect.filter(({ length }) => length >= many),
      states.map(({ key }) => key),
    ),
    ...(present ? ['  classDef present fill:#0b57d0,color:#ffffff', `  class ${present} present`] : []),
    '',
  ].join('\n')
}

function arrowsOf(state: AnyStateNode): Arrow[] {
  return [...state.transitions.values()].flat().flatMap(({ eventType, target = [], guard }) =>
    target.map((other) => ({
      from: state.key,
      to: other.key,
      type: eventType,
      guards: typeof guard === 'string' ? ` [${guard}]` : '',
    })),
  )
}

/** The work that is alive in a state. */
function workIn(state: AnyStateNode): string[] {
  return state.invoke.map(({ src }) => `  ${state.key} : ${state.key} (${String(src)})`)
}

function labelOf({ type, guards }: Arrow): string {
  return type.slice(type.indexOf('.') + 1) + guards
}

/** What leads to the same state from nearly everywhere, by the states that it does not lead from. */
function fromMany(effects: readonly (readonly Arrow[])[], states: readonly string[]): string[] {
  const others = (arrows: readonly Arrow[]): string =>
    states.filter((state) => !arrows.some(({ from }) => from === state)).join(', ')
  return [...groupBy(effects, others)].flatMap(([without, groups], nth) => [
    `  state "any but ${without}" as any${nth + 1}`,
    ...groups.map(([first]) => (first ? `  any${nth + 1} --> ${first.to} : ${labelOf(first)}` : '')),
  ])
}

function groupBy<T>(all: readonly T[], keyOf: (one: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const one of all) groups.set(keyOf(one), [...(groups.get(keyOf(one)) ?? []), one])
  return groups
}
