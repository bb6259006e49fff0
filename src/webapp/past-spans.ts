import type { Fact } from '../events/catalogue.ts'
import { createSpans, type Span } from '../projections/spans.ts'

/** A stretch of a task's life, in milliseconds since 1970; one that lasts has no end. */
export type PastSpan = { readonly span: Span; readonly from: number; readonly to: number | null }

/** What is looked at: a position of the log, what was the present then, and a window of time. */
export type Look = {
  readonly position: number
  readonly now: number
  readonly from: number
  readonly to: number
}

/** The stretches of all tasks, as they were known at any position, without folding again. */
export type PastSpans = {
  take(fact: Fact): void
  /** When the first of them began; null while there is none up to a position. */
  begin(position: number): number | null
  /** What can be seen in a window, by task, of so many tasks as were busy last; in the order of beginnings. */
  seen(look: Look, most: number): { readonly tasks: readonly PastSpan[][]; readonly isCut: boolean }
}

/** A stretch with the positions at which it began and ended, as it was while it lasted and as it is now. */
type Kept = {
  readonly began: number
  readonly from: number
  readonly lasting: Span
  ended: number
  to: number | null
  span: Span
}

export function createPastSpans(): PastSpans {
  const spans = createSpans()
  const kept: Kept[] = []
  const open = new Map<string, number>() // a task is in one stretch at a time

  const close = (fact: Fact): void => {
    const nth = open.get(fact.stream)
    const one = nth === undefined ? undefined : kept[nth]
    const span = nth === undefined ? undefined : spans.all[nth]
    if (!one || !span || span.to === null) return
    open.delete(fact.stream)
    Object.assign(one, { ended: fact.position, to: Date.parse(span.to), span })
  }

  return {
    take: (fact) => {
      spans.take(fact)
      close(fact)
      for (let nth = kept.length; nth < spans.all.length; nth += 1) {
        const span = spans.all[nth] as Span
        const from = Date.parse(span.from)
        kept.push({
          began: fact.position,
          from,
          lasting: span,
          ended: Number.POSITIVE_INFINITY,
          to: null,
          span,
        })
        open.set(fact.stream, nth)
      }
    },
    begin: (position) => {
      const first = kept.find(({ lasting }) => lasting.kind !== 'blocked')
      return first && first.began <= position ? first.from : null
    },
    seen: (look, most) => {
      const tasks = new Map<string, PastSpan[]>()
      let isCut = false
      for (let nth = lastBegunIn(kept, look.position); nth >= 0; nth -= 1) {
        const one = pastOf(kept[nth] as Kept, look)
        if (!isIn(one, look)) continue
        const own = tasks.get(one.span.stream)
        if (own) own.push(one)
        else if (tasks.size < most) tasks.set(one.span.stream, [one])
        else isCut = true
      }
      const ordered = [...tasks.values()].map((own) => own.reverse())
      return { tasks: ordered.sort((a, b) => (a[0]?.from ?? 0) - (b[0]?.from ?? 0)), isCut }
    },
  }
}

/** As it was known at a position. */
function pastOf({ ended, from, to, span, lasting }: Kept, { position }: Look): PastSpan {
  return ended <= position ? { span, from, to } : { span: lasting, from, to: null }
}

/** Whether it can be seen; waiting for another task is no work. */
function isIn({ span, from, to }: PastSpan, look: Look): boolean {
  return span.kind !== 'blocked' && from <= look.to && (to ?? look.now) >= look.from
}

/** The place of the last that had begun at a position; they are in the order of their beginnings. */
function lastBegunIn(kept: readonly Kept[], position: number): number {
  let [low, high] = [0, kept.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((kept[middle] as Kept).began <= position) low = middle + 1
    else high = middle
  }
  return low - 1
}
