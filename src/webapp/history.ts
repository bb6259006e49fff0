import type { Fact } from '../events/catalogue.ts'
import { board } from '../projections/board.ts'
import { costs, totalKey } from '../projections/costs.ts'
import { loops } from '../projections/loops.ts'
import { nothing, type Totals } from '../projections/money.ts'
import { fold, type Projection } from '../projections/projection.ts'
import { beforeOf, chargeBill } from './bill.ts'
import { createPastSpans, type PastSpans } from './past-spans.ts'

/** Everything as it stood after a position. */
export type Frame = {
  readonly position: number
  /** When the last of its facts happened; empty before the first. */
  readonly at: string
  readonly board: ReadonlyMap<string, unknown>
  readonly costs: ReadonlyMap<string, unknown>
  readonly loops: ReadonlyMap<string, unknown>
  readonly bill: ReadonlyMap<string, unknown>
}

/** All facts that were received, and how everything stood after any of them. */
export type History = {
  /** Takes what comes next; what is known already is passed over, and what would leave a gap is refused. */
  take(batch: readonly Fact[]): void
  readonly facts: readonly Fact[]
  /** The facts of one stream up to a position. */
  of(stream: string, position: number): readonly Fact[]
  readonly spans: PastSpans
  /** The position of the last fact. */
  readonly head: number
  at(position: number): Frame
}

/** How many facts lie between two frames that are kept, at first: any position is a few milliseconds away. */
const keptEvery = 500

/** When there are more frames, every other is let go: what they take stays bounded, however long the log. */
const framesAtMost = 200

type Rows = Map<string, unknown>
type Mutable = { position: number; at: string; board: Rows; costs: Rows; loops: Rows; bill: Rows }

export function createHistory(): History {
  const facts: Fact[] = []
  const streams = new Map<string, Fact[]>()
  const spans = createPastSpans()
  const live = emptyFrame()
  let kept: Frame[] = [emptyFrame()]
  let every = keptEvery
  let last: Mutable | null = null

  const add = (fact: Fact): void => {
    facts.push(fact)
    const own = streams.get(fact.stream)
    if (own) own.push(fact)
    else streams.set(fact.stream, [fact])
    spans.take(fact)
    step(live, fact)
    if (fact.position % every === 0) kept.push(copyOf(live))
    if (kept.length <= framesAtMost) return
    kept = kept.filter((_, nth) => nth % 2 === 0)
    every *= 2
  }

  return {
    facts,
    spans,
    get head() {
      return facts.length
    },
    of: (stream, position) => {
      const own = streams.get(stream) ?? []
      if ((own.at(-1)?.position ?? 0) <= position) return [...own]
      return own.slice(0, own.findLastIndex((fact) => fact.position <= position) + 1)
    },
    take: (batch) => {
      for (const fact of batch) {
        if (fact.position <= facts.length) continue
        if (fact.position > facts.length + 1) throw new Error(`the fact after ${facts.length} is missing`)
        add(fact)
      }
    },
    at: (position) => {
      const to = Math.max(0, Math.min(position, facts.length))
      if (to === facts.length) return { ...live }
      const isNear = last !== null && last.position <= to && to - last.position < every
      const frame = isNear && last ? last : copyOf(kept[Math.floor(to / every)] as Frame)
      while (frame.position < to) step(frame, facts[frame.position] as Fact)
      last = frame
      return { ...frame }
    },
  }
}

function step(frame: Mutable, fact: Fact): void {
  const before = beforeOf(frame, fact)
  take(board, frame.board, fact)
  take(costs, frame.costs, fact)
  take(loops, frame.loops, fact)
  chargeBill(frame.bill, before, (frame.costs.get(totalKey) as Totals | undefined) ?? nothing, fact)
  frame.position = fact.position
  frame.at = fact.at
}

function take(projection: Projection, rows: Rows, fact: Fact): void {
  fold(
    projection,
    {
      get: (key) => rows.get(key),
      set: (key, row) => {
        if (row === undefined) rows.delete(key)
        else rows.set(key, row)
      },
    },
    fact,
  )
}

function emptyFrame(): Mutable {
  return { position: 0, at: '', board: new Map(), costs: new Map(), loops: new Map(), bill: new Map() }
}

function copyOf({ position, at, ...views }: Frame): Mutable {
  return {
    position,
    at,
    board: new Map(views.board),
    costs: new Map(views.costs),
    loops: new Map(views.loops),
    bill: new Map(views.bill),
  }
}
