import { type Placed, placed } from './layered.ts'
import type { Chart } from './shapes.ts'

export const stateHeight = 30
export const stateWidth = (name: string): number => name.length * 8 + 24

/** From so many states on, arrows to the same one are told instead of drawn: nobody could follow them. */
const many = 6

/** The states that nearly every other leads to. */
export function reachedFromMany({ states, arrows }: Chart): string[] {
  const sources = (name: string) => new Set(arrows.filter(({ to }) => to === name).map(({ from }) => from))
  return states.map(({ name }) => name).filter((name) => sources(name).size >= many)
}

/** Where everything of a chart is drawn: one edge between two states, however many events lead along it. */
export function chartLayout(chart: Chart): Placed {
  const { states, arrows } = chart
  const told = reachedFromMany(chart)
  const between = new Map<string, { from: string; to: string; label: string }>()
  for (const { from, to, event } of arrows) {
    if (from === to || told.includes(to)) continue
    const known = between.get(`${from}>${to}`)
    between.set(`${from}>${to}`, { from, to, label: known ? `${known.label}, ${event}` : event })
  }
  return placed(
    states.map(({ name }) => ({ id: name, width: stateWidth(name), height: stateHeight })),
    [...between.values()].map((edge) => ({ ...edge, label: edge.label.slice(0, 12) })),
    'TB',
  )
}
