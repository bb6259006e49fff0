import type { ChalkInstance } from 'chalk'
import type { Span } from '../../projections/spans.ts'
import { duration } from '../../projections/wording.ts'
import { fitted, plain } from '../dashboard/plain.ts'

/** From when to when is drawn, in milliseconds since 1970. */
export type Window = { readonly from: number; readonly to: number }

type Look = { readonly columns: number; readonly paint: ChalkInstance }

const marks: Readonly<Record<Span['kind'], string>> = {
  attempt: '█',
  check: '▓',
  retry: '·',
  limit: '~',
  blocked: ' ',
  person: '?',
}
/** Told apart by more than colour, which a pipe has not. */
const failed = '×'
const nameColumns = 14
const noteColumns = 16

/** Spans as lines of text, a line a task, the earliest first; what came later covers what came before. */
export function drawTimeline(spans: readonly Span[], window: Window, { columns, paint }: Look): string[] {
  const width = Math.max(10, columns - nameColumns - noteColumns - 2)
  const scale = width / Math.max(1, window.to - window.from)
  const tasks = groupByTask(spans)
  const place = (instant: string | null): number =>
    Math.max(
      0,
      Math.min(width - 1, Math.floor(((instant ? Date.parse(instant) : window.to) - window.from) * scale)),
    )

  const lines = [...tasks.values()].map((own) => {
    const cells = Array.from({ length: width }, () => ' ')
    for (const span of own) {
      const mark = colourOf(span, paint)(span.outcome === 'failed' ? failed : marks[span.kind])
      cells.fill(mark, place(span.from), place(span.to) + 1)
    }
    return `${fitted(plain(own[0]?.task ?? ''), nameColumns)} ${cells.join('')} ${noteOf(own, window)}`
  })
  return [axis(window, width), ...lines, '', legend]
}

const legend = '█ attempt  ▓ check  × failed  · waits to retry  ~ for a limit  ? for a person'

function groupByTask(spans: readonly Span[]): ReadonlyMap<string, Span[]> {
  const tasks = new Map<string, Span[]>()
  for (const span of spans) {
    if (span.kind === 'blocked') continue
    const own = tasks.get(span.stream)
    if (own) own.push(span)
    else tasks.set(span.stream, [span])
  }
  return tasks
}

function colourOf({ kind, outcome }: Span, paint: ChalkInstance): (text: string) => string {
  if (outcome === 'failed') return paint.red
  if (kind === 'retry' || kind === 'limit' || kind === 'person') return paint.yellow
  return outcome === 'lasts' ? paint.cyan : paint.green
}

/** How long its attempts took in all, and how many there were. */
function noteOf(own: readonly Span[], { to }: Window): string {
  const attempts = own.filter(({ kind }) => kind === 'attempt')
  const ms = attempts.reduce(
    (sum, span) => sum + (span.to ? Date.parse(span.to) : to) - Date.parse(span.from),
    0,
  )
  return `${duration(ms)}${attempts.length > 1 ? ` ×${attempts.length}` : ''}`
}

function axis({ from, to }: Window, width: number): string {
  const isShort = to - from < 3_600_000
  const clock = (instant: number): string => {
    const text = new Date(instant).toISOString()
    return isShort ? text.slice(11, 19) : text.slice(5, 16).replace('T', ' ')
  }
  const [left, right] = [clock(from), `${clock(to)} UTC`]
  const gap = Math.max(1, width - left.length - right.length)
  return `${' '.repeat(nameColumns + 1)}${left}${' '.repeat(gap)}${right}`
}
