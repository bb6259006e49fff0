import type { Fact } from '../events/catalogue.ts'
import { createSpans, type Span } from '../projections/spans.ts'

/** A stretch of a task's life, in milliseconds since 1970; one that lasts has no end. */
export type PastSpan = { readonly span: Span; readonly from: number; readonly to: number | null }

/** The stretches of all tasks, as they were known at any position, without folding again. */
export type PastSpans = { take(fact: Fact): void; at(position: number): PastSpan[] }

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
    at: (position) => {
      const known: PastSpan[] = []
      for (const { began, ended, from, to, span, lasting } of kept) {
        if (began > position) break // they are in the order of their beginnings
        known.push(ended <= position ? { span, from, to } : { span: lasting, from, to: null })
      }
      return known
    },
  }
}
