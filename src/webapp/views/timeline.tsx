import { useMemo, useState } from 'preact/hooks'
import type { Fact } from '../../events/catalogue.ts'
import { createSpans, type Span } from '../../projections/spans.ts'
import { duration } from '../../projections/wording.ts'
import type { ViewProps } from '../app.tsx'
import { linkTo } from '../route.ts'
import { safe } from '../safe-text.ts'

const rowHeight = 20
const nameWidth = 150
const width = 1_000
const rowsAtMost = 400

/** Attempts, checks and waits over time, a line a task. */
export function Timeline({ store, state }: ViewProps) {
  const { position } = state.frame
  const spans = useMemo(() => spansOf(store.history.facts, position), [store, position])
  const [zoom, setZoom] = useState({ scale: 1, from: 0 })
  if (spans.length === 0) return <p>Nothing was tried yet.</p>
  const end = Date.parse(store.history.facts[position - 1]?.at ?? '')
  const start = Date.parse(spans[0]?.from ?? '')
  const whole = Math.max(1_000, end - start)
  const begin = start + whole * zoom.from
  const length = whole / zoom.scale
  const tasks = groups(spans, begin, begin + length, end).slice(-rowsAtMost)
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
          role="img"
          aria-label={`${tasks.length} tasks over ${duration(length)}`}
        >
          {tasks.map(([stream, own], nth) => (
            <g key={stream} transform={`translate(0 ${nth * rowHeight})`}>
              <a href={linkTo('task', stream)} aria-label={safe(own[0]?.task ?? '')}>
                <text x={0} y={14}>
                  {safe(own[0]?.task ?? '').slice(0, 20)}
                </text>
              </a>
              {own.map((span) => {
                const [from, to] = [x(Date.parse(span.from)), x(span.to ? Date.parse(span.to) : end)]
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

function spansOf(facts: readonly Fact[], position: number): readonly Span[] {
  const spans = createSpans()
  for (let at = 0; at < position; at += 1) spans.take(facts[at] as Fact)
  return spans.all.filter(({ kind }) => kind !== 'blocked')
}

/** What can be seen between two instants, by task, in the order of first attempts. */
function groups(spans: readonly Span[], from: number, to: number, end: number): [string, Span[]][] {
  const tasks = new Map<string, Span[]>()
  for (const span of spans) {
    if (Date.parse(span.from) > to || (span.to ? Date.parse(span.to) : end) < from) continue
    const own = tasks.get(span.stream)
    if (own) own.push(span)
    else tasks.set(span.stream, [span])
  }
  return [...tasks]
}
