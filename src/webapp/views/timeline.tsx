import { useMemo, useState } from 'preact/hooks'
import { duration } from '../../projections/wording.ts'
import type { ViewProps } from '../app.tsx'
import type { PastSpan } from '../past-spans.ts'
import { linkTo } from '../route.ts'
import { safe } from '../safe-text.ts'

const rowHeight = 20
const nameWidth = 150
const width = 1_000
const rowsAtMost = 150

/** Attempts, checks and waits over time, a line a task. */
export function Timeline({ store, state }: ViewProps) {
  const { position } = state.frame
  const spans = useMemo(
    () => store.history.spans.at(position).filter(({ span }) => span.kind !== 'blocked'),
    [store, position],
  )
  const [zoom, setZoom] = useState({ scale: 1, from: 0 })
  if (spans.length === 0) return <p>Nothing was tried yet.</p>
  const end = Date.parse(state.frame.at)
  const start = spans[0]?.from ?? end
  const whole = Math.max(1_000, end - start)
  const begin = start + whole * zoom.from
  const length = whole / zoom.scale
  const found = groups(spans, begin, begin + length, end)
  const tasks = found.slice(-rowsAtMost)
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
        <p>
          {new Date(begin).toISOString().slice(0, 19).replace('T', ' ')} UTC, {duration(length)}
          {found.length > rowsAtMost ? `; the last ${rowsAtMost} of ${found.length} tasks: come closer` : ''}
        </p>
      </div>
      <p class="legend">
        <span class="attempt">attempt</span> <span class="check">check</span>{' '}
        <span class="retry">waits to retry</span> <span class="limit">waits for a limit</span>{' '}
        <span class="person">needs a person</span> <span class="failed">failed</span>
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys */}
      <section class="scroll" tabIndex={0} aria-label="Attempts over time">
        <svg
          class="timeline"
          viewBox={`0 0 ${width} ${tasks.length * rowHeight + 4}`}
          role="group"
          aria-label={`${tasks.length} tasks over ${duration(length)}`}
        >
          {tasks.map(([stream, own], nth) => (
            <g key={stream} transform={`translate(0 ${nth * rowHeight})`}>
              <a href={linkTo('task', stream)} aria-label={safe(own[0]?.span.task ?? '')}>
                <text x={0} y={14}>
                  {safe(own[0]?.span.task ?? '').slice(0, 20)}
                </text>
              </a>
              {own.map(({ span, ...times }) => {
                const [from, to] = [x(times.from), x(times.to ?? end)]
                return (
                  <rect
                    key={span.from + span.kind}
                    class={`${span.kind} ${span.outcome}`}
                    x={from}
                    y={3}
                    width={Math.max(1.5, to - from)}
                    height={rowHeight - 6}
                  >
                    <title>{`${span.task} ${span.kind} ${span.outcome}: ${safe(span.label).slice(0, 200)}`}</title>
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

/** What can be seen between two instants, by task, in the order of first attempts. */
function groups(
  spans: readonly PastSpan[],
  begin: number,
  end: number,
  now: number,
): [stream: string, own: PastSpan[]][] {
  const tasks = new Map<string, PastSpan[]>()
  for (const one of spans) {
    if (one.from > end || (one.to ?? now) < begin) continue
    const own = tasks.get(one.span.stream)
    if (own) own.push(one)
    else tasks.set(one.span.stream, [one])
  }
  return [...tasks]
}
