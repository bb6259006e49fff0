import type { Fact } from '../events/catalogue.ts'
import { board } from '../projections/board.ts'
import { costs } from '../projections/costs.ts'
import { loops } from '../projections/loops.ts'
import { fold, type Projection } from '../projections/projection.ts'

/** Everything as it stood after a position. */
export type Frame = {
  readonly position: number
  readonly board: ReadonlyMap<string, unknown>
  readonly costs: ReadonlyMap<string, unknown>
  readonly loops: ReadonlyMap<string, unknown>
}

/** All facts that were received, and how everything stood after any of them. */
export type History = {
  /** Takes what comes next; what is known already is passed over, and what would leave a gap is refused. */
  take(batch: readonly Fact[]): void
  readonly facts: readonly Fact[]
  /** The position of the last fact. */
  readonly head: number
  at(position: number): Frame
}

/** A frame is kept each so many facts: from there, any position is a few milliseconds away. */
const keptEvery = 1_000

type Mutable = { position: number; board: Rows; costs: Rows; loops: Rows }
type Rows = Map<string, unknown>

export function createHistory(): History {
  const facts: Fact[] = []
  const kept: Frame[] = [emptyFrame()]
  const live = emptyFrame()
  let last: Mutable | null = null

  const advance = (frame: Mutable, to: number): void => {
    for (let at = frame.position; at < to; at += 1) step(frame, facts[at] as Fact)
  }

  return {
    facts,
    get head() {
      return facts.length
    },
    take: (batch) => {
      for (const fact of batch) {
        if (fact.position <= facts.length) continue
        if (fact.position > facts.length + 1) throw new Error(`the fact after ${facts.length} is missing`)
        facts.push(fact)
        step(live, fact)
        if (fact.position % keptEvery === 0) kept.push(copyOf(live))
      }
    },
    at: (position) => {
      const to = Math.max(0, Math.min(position, facts.length))
      if (to === facts.length) return { ...live }
      const isNear = last !== null && last.position <= to && to - last.position < keptEvery
      const frame = isNear && last ? last : copyOf(kept[Math.floor(to / keptEvery)] as Frame)
      advance(frame, to)
      last = frame
      return { ...frame }
    },
  }
}

function step(frame: Mutable, fact: Fact): void {
  take(board, frame.board, fact)
  take(costs, frame.costs, fact)
  take(loops, frame.loops, fact)
  frame.position = fact.position
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
  return { position: 0, board: new Map(), costs: new Map(), loops: new Map() }
}

function copyOf({ position, ...views }: Frame): Mutable {
  return {
    position,
    board: new Map(views.board),
    costs: new Map(views.costs),
    loops: new Map(views.loops),
  }
}
