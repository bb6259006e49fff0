import { chartLayout, reachedFromMany, stateHeight, stateWidth } from './chart-layout.ts'
import type { Chart } from './shapes.ts'

const style = `
  text { font: 12px system-ui, sans-serif; fill: #1b1f27 }
  .edge { fill: none; stroke: #555d6b; stroke-width: 1.2 }
  .state { fill: #f4f5f7; stroke: #c9ccd3; stroke-width: 1.5 }
  .present { fill: #0b57d0; stroke: #0b57d0 }
  .present + text { fill: #ffffff; font-weight: 600 }
`

/** Room for a note under the drawing. */
const noteHeight = 24

/** A chart as a drawing that stands for itself, for documents; the present state, where one is given, is lit. */
export function svgOf(chart: Chart, present: string | null = null): string {
  const { width, height, nodes, edges } = chartLayout(chart)
  const size = `width="${Math.ceil(width)}" height="${Math.ceil(height) + noteHeight}"`
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" ${size} role="img" aria-label="The chart of a ${chart.id}">`,
    `<style>${style}</style>`,
    '<defs><marker id="head" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" markerHeight="7" orient="auto">',
    '<path d="M0 0L8 4L0 8z" fill="#555d6b"/></marker></defs>',
    '<rect width="100%" height="100%" fill="#ffffff"/>',
    ...edges.map(
      ({ path, from, to }) =>
        `<path class="edge" d="${path}" marker-end="url(#head)"><title>${eventsFrom(chart, from, to)}</title></path>`,
    ),
    ...chart.states.map(({ name }) => {
      const { x, y } = nodes.get(name) ?? { x: 0, y: 0 }
      const [left, top] = [x - stateWidth(name) / 2, y - stateHeight / 2]
      const look = name === present ? 'state present' : 'state'
      const box = `<rect class="${look}" x="${left}" y="${top}" width="${stateWidth(name)}" height="${stateHeight}" rx="8"/>`
      return `<g>${box}<text x="${left + 12}" y="${top + 20}">${name}</text></g>`
    }),
    ...toldUnder(chart, height),
    '</svg>',
    '',
  ].join('\n')
}

function toldUnder(chart: Chart, height: number): string[] {
  const told = reachedFromMany(chart)
  if (told.length === 0) return []
  return [`<text x="12" y="${height + 14}">From nearly every state also to: ${told.join(', ')}</text>`]
}

function eventsFrom({ arrows }: Chart, from: string, to: string): string {
  const events = arrows.filter((arrow) => arrow.from === from && arrow.to === to).map(({ event }) => event)
  return `${from} to ${to}: ${[...new Set(events)].join(', ')}`
}
