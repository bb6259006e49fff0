import { useMemo } from 'preact/hooks'
import {
  chartLayout,
  stateHeight as height,
  reachedFromMany,
  stateWidth as widthOf,
} from '../../web/chart-layout.ts'
import type { Chart } from '../../web/shapes.ts'
import type { Life } from '../life.ts'

/** A statechart, drawn from the machine: the present state lit, and the arrow that the last event travelled. */
export function ChartView({ chart, state, arrow }: { chart: Chart; state: string; arrow: Life['arrow'] }) {
  const layout = useMemo(() => chartLayout(chart), [chart])
  const told = useMemo(() => reachedFromMany(chart), [chart])
  const jump = arrow && told.includes(arrow.to) && arrow.from !== arrow.to ? arrow : null
  const isTravelled = (from: string, to: string): boolean => arrow?.from === from && arrow.to === to
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys
    <section class="scroll chart panel" tabIndex={0} aria-label={`The chart of a ${chart.id}`}>
      <svg
        width={layout.width}
        height={layout.height}
        viewBox={`0 0 ${layout.width} ${layout.height}`}
        role="img"
        aria-label={`A ${chart.id} that is ${state}`}
      >
        <defs>
          <Head />
        </defs>
        {layout.edges.map(({ from, to, path, label }) => (
          <path
            key={`${from}>${to}`}
            d={path}
            marker-end="url(#head)"
            class={isTravelled(from, to) ? 'edge travelled' : 'edge'}
          >
            <title>{label}</title>
          </path>
        ))}
        {jump && <Jump layout={layout} jump={jump} />}
        {chart.states.map(({ name, work }) => {
          const { x, y } = layout.nodes.get(name) ?? { x: 0, y: 0 }
          return (
            <g
              key={name}
              class={name === state ? 'node lit' : 'node'}
              transform={`translate(${x - widthOf(name) / 2} ${y - height / 2})`}
            >
              <rect width={widthOf(name)} height={height} rx={8} />
              <text x={12} y={20}>
                {name}
              </text>
              {work.length > 0 && <title>{`alive in it: ${work.join(', ')}`}</title>}
            </g>
          )
        })}
        {layout.edges.map(({ from, to, label, labelAt }) =>
          labelAt && isTravelled(from, to) ? (
            <text key={`${from}>${to}`} class="label" x={labelAt.x} y={labelAt.y}>
              {arrow?.event ?? label}
            </text>
          ) : null,
        )}
      </svg>
      {told.length > 0 && <p class="hint">From nearly every state also to: {told.join(', ')}.</p>}
    </section>
  )
}

/** The head of an arrow, in the colour of its line. */
export function Head() {
  const size = { markerUnits: 'userSpaceOnUse', markerWidth: 9, markerHeight: 9, refX: 8, refY: 4 } as const
  return (
    <marker id="head" viewBox="0 0 8 8" {...size} orient="auto">
      <path d="M0 0L8 4L0 8z" />
    </marker>
  )
}

type JumpProps = { layout: ReturnType<typeof chartLayout>; jump: NonNullable<Life['arrow']> }

/** An arrow that is not drawn until it is travelled. */
function Jump({ layout: { nodes }, jump }: JumpProps) {
  const [from, to] = [nodes.get(jump.from), nodes.get(jump.to)]
  if (!from || !to) return null
  const end = to.y - (Math.sign(to.y - from.y) * height) / 2
  return (
    <>
      <path class="edge travelled" d={`M${from.x} ${from.y}L${to.x} ${end}`} marker-end="url(#head)" />
      <text class="label" x={(from.x + to.x) / 2} y={(from.y + end) / 2}>
        {jump.event}
      </text>
    </>
  )
}
