import { useState } from 'preact/hooks'
import { harmless } from '../../projections/harmless.ts'
import { duration } from '../../projections/wording.ts'
import type { ViewProps } from '../app.tsx'
import { useNow } from '../now.ts'
import { linkTo } from '../route.ts'

const rowHeight = 20
const nameWidth = 150
const width = 1_000
const axisHeight = 22
const rowsAtMost = 100

/** Attempts, checks and waits over time, a line a task. */
export function Timeline({ store, state }: ViewProps) {
  const { position } = state.frame
  const now = useNow(state)
  const [zoom, setZoom] = useState({ scale: 1, from: 0 })
  const start = store.history.spans.begin(position)
  if (start === null) return <Nothing />
  const whole = Math.max(1_000, now - start)
  const begin = start + whole * zoom.from
  const length = whole / zoom.scale
  const look = { position, now, from: begin, to: begin + length }
  const { tasks, isCut } = store.history.spans.seen(look, rowsAtMost)
  const x = (instant: number): number =>
    nameWidth + Math.max(0, Math.min(1, (instant - begin) / length)) * (width - nameWidth)
  const turn = (scale: number, from: number): void => {
    const kept = Math.max(1, Math.min(4096, scale))
    setZoom({ scale: kept, from: Math.max(0, Math.min(1 - 1 / kept, from)) })
  }
  const step = 0.25 / zoom.scale
  return (
    <>
      <div class="bar">
        <h2>Timeline</h2>
        <span class="buttons">
          <button type="button" onClick={() => turn(zoom.scale * 2, zoom.from + 0.25 / zoom.scale)}>
            Closer
          </button>
          <button type="button" onClick={() => turn(zoom.scale / 2, zoom.from - 0.5 / zoom.scale)}>
            Farther
          </button>
          <button type="button" onClick={() => turn(zoom.scale, zoom.from - step)} aria-label="Earlier">
            ◀
          </button>
          <button type="button" onClick={() => turn(zoom.scale, zoom.from + step)} aria-label="Later">
            ▶
          </button>
        </span>
        <p>
          {new Date(begin).toISOString().slice(0, 19).replace('T', ' ')} UTC, {duration(length)}
          {isCut ? `; the ${rowsAtMost} tasks that were busy last: come closer to see others` : ''}
        </p>
      </div>
      <p class="legend">
        <span class="lasts">goes on</span> <span class="attempt">attempt</span>{' '}
        <span class="check">check</span> <span class="retry">waits to retry</span>{' '}
        <span class="limit">waits for a limit</span> <span class="person">needs a person</span>{' '}
        <span class="failed">failed</span>
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys */}
      <section class="scroll panel" tabIndex={0} aria-label="Attempts over time">
        {/* biome-ignore lint/a11y/useSemanticElements: a drawing is no form */}
        <svg
          class="timeline"
          viewBox={`0 0 ${width} ${tasks.length * rowHeight + axisHeight + 4}`}
          role="group"
          aria-label={`${tasks.length} tasks over ${duration(length)}`}
        >
          <Axis begin={begin} length={length} height={tasks.length * rowHeight + axisHeight} x={x} />
          {tasks.map((own, nth) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: rows keep nothing, and are filled anew faster than moved
            <g key={nth} transform={`translate(0 ${nth * rowHeight + axisHeight})`}>
              <a href={linkTo('task', own[0]?.span.stream)} aria-label={harmless(own[0]?.span.task ?? '')}>
                <text x={0} y={14}>
                  {harmless(own[0]?.span.task ?? '').slice(0, 20)}
                </text>
              </a>
              {own.map(({ span, ...times }, at) => {
                const [from, to] = [x(times.from), x(times.to ?? now)]
                return (
                  <rect
                    // biome-ignore lint/suspicious/noArrayIndexKey: the same
                    key={at}
                    class={`${span.kind} ${span.outcome}`}
                    x={from}
                    y={3}
                    width={Math.max(1.5, to - from)}
                    height={rowHeight - 6}
                    rx={2}
                  >
                    <title>{`${span.task} ${span.kind} ${span.outcome}: ${harmless(span.label).slice(0, 200)}`}</title>
                  </rect>
                )
              })}
            </g>
          ))}
        </svg>
      </section>
    </>
  )
}

/** Between two lines of the axis: as round as clocks are, in seconds. */
const steps = [
  1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400, 21_600, 43_200, 86_400,
]

type AxisProps = { begin: number; length: number; height: number; x: (instant: number) => number }

/** Lines at round instants, with the time of each, or the day where days go by. */
function Axis({ begin, length, height, x }: AxisProps) {
  const seconds =
    steps.find((one) => length / (one * 1_000) <= 8) ?? Math.ceil(length / 8 / 86_400_000) * 86_400
  const step = seconds * 1_000
  const first = Math.ceil(begin / step) * step
  const instants = Array.from(
    { length: Math.max(0, Math.floor((begin + length - first) / step) + 1) },
    (_, nth) => new Date(first + nth * step),
  )
  return (
    <g class="axis">
      {instants.map((instant) => (
        <g key={instant.getTime()} transform={`translate(${x(instant.getTime())} 0)`}>
          <line y1={axisHeight - 4} y2={height} />
          <text y={axisHeight - 9}>
            {seconds < 60
              ? instant.toISOString().slice(11, 19)
              : instant.toISOString().slice(...(seconds < 86_400 ? [11, 16] : [5, 10]))}
          </text>
        </g>
      ))}
    </g>
  )
}

function Nothing() {
  return (
    <>
      <div class="bar">
        <h2>Timeline</h2>
      </div>
      <p class="empty panel">Nothing was tried yet.</p>
    </>
  )
}
