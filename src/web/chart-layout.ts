import { type Placed, placed } from './layered.ts'
import type { Chart } from './shapes.ts'

export const stateHeight = 30
const gap = 12
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
  const drawn = new Set([...between.values()].flatMap(({ from, to }) => [from, to]))
  const layout = placed(
    states
      .filter(({ name }) => drawn.has(name))
      .map(({ name }) => ({ id: name, width: stateWidth(name), height: stateHeight })),
    [...between.values()].map((edge) => ({ ...edge, label: edge.label.slice(0, 12) })),
    'TB',
  )
  return withRowBelow(
    layout,
    states.map(({ name }) => name).filter((name) => !drawn.has(name)),
  )
}

/** States that no drawn arrow touches stand beside each other below the others, in as many rows as it takes. */
function withRowBelow(layout: Placed, names: readonly string[]): Placed {
  if (names.length === 0) return layout
  const widest = Math.max(layout.width, 480)
  const nodes = new Map(layout.nodes)
  let [left, top] = [gap, layout.height + gap]
  for (const name of names) {
    if (left + stateWidth(name) > widest) [left, top] = [gap, top + stateHeight + gap]
    nodes.set(name, { x: left + stateWidth(name) / 2, y: top + stateHeight / 2 })
    left += stateWidth(name) + gap
  }
  return { ...layout, width: widest, height: top + stateHeight + gap, nodes }
}
