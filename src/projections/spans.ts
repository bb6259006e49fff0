import type { DomainEvent, Fact } from '../events/catalogue.ts'
import { taskOf } from '../events/event.ts'
import type { Usage } from '../events/shapes.ts'

/** A stretch of a task's life. */
export type Span = {
  readonly stream: string
  readonly task: string
  readonly kind: 'attempt' | 'check' | 'retry' | 'limit' | 'blocked' | 'person'
  readonly from: string
  /** Null while it lasts. */
  readonly to: string | null
  readonly outcome: 'lasts' | 'ok' | 'failed' | 'over'
  /** Which agent, what it waits for, or what is wrong. */
  readonly label: string
  /** Counted from 1; null for what is no attempt and no check of one. */
  readonly attempt: number | null
  readonly namespace: string | null
  readonly session: string | null
  /** Where the files of an attempt are: its session's folder, and its number there. */
  readonly files: { readonly folder: string; readonly iteration: number } | null
  readonly usage: Usage | null
}

/** Takes facts one after the other and keeps the stretches they make, in the order in which they begin. */
export type Spans = { take(fact: Fact): void; readonly all: readonly Span[] }

export function createSpans(): Spans {
  const all: Span[] = []
  const open = new Map<string, number>()

  const end = (fact: Fact, more: Partial<Span>): void => {
    const at = open.get(fact.stream)
    const span = at === undefined ? undefined : all[at]
    if (at === undefined || !span) return
    open.delete(fact.stream)
    all[at] = { ...span, to: fact.at, outcome: 'over', ...more }
  }

  const begin = (fact: Fact, kind: Span['kind'], label: string, more: Partial<Span> = {}): void => {
    end(fact, {})
    open.set(fact.stream, all.length)
    all.push({
      stream: fact.stream,
      task: taskOf(fact.stream).id,
      kind,
      from: fact.at,
      to: null,
      outcome: 'lasts',
      label,
      attempt: null,
      namespace: null,
      session: fact.session,
      files: null,
      usage: null,
      ...more,
    })
  }

  const last = (stream: string): Span | undefined =>
    all.findLast((span) => span.stream === stream && span.files)

  return {
    all,
    take: (fact) => {
      const step = steps[fact.event.type] as Step<DomainEvent['type']> | undefined
      step?.(fact.event.data as never, fact, { begin, end, last })
    },
  }
}

type Hand = {
  begin(fact: Fact, kind: Span['kind'], label: string, more?: Partial<Span>): void
  end(fact: Fact, more: Partial<Span>): void
  /** The last attempt of a task. */
  last(stream: string): Span | undefined
}

type Step<Type extends DomainEvent['type']> = (
  data: Extract<DomainEvent, { type: Type }>['data'],
  fact: Fact,
  hand: Hand,
) => void

const over = (_: unknown, fact: Fact, { end }: Hand): void => end(fact, {})

const steps: { readonly [Type in DomainEvent['type']]?: Step<Type> } = {
  'task.claimed': ({ agent, model, attempt, namespace, files, iteration }, fact, { begin }) =>
    begin(fact, 'attempt', model ? `${agent} ${model}` : agent, {
      attempt,
      namespace,
      files: { folder: files, iteration },
    }),
  'task.attemptSucceeded': ({ usage }, fact, { end }) => end(fact, { outcome: 'ok', usage }),
  'task.attemptFailed': ({ usage, reason }, fact, { end }) =>
    end(fact, { outcome: 'failed', usage, label: reason }),
  'task.attemptAbandoned': ({ usage, reason }, fact, { end }) => end(fact, { usage, label: reason }),
  'task.verificationStarted': ({ command, attempt }, fact, { begin, last }) => {
    const { namespace = null, files = null } = last(fact.stream) ?? {}
    begin(fact, 'check', command.join(' '), { attempt, namespace, files })
  },
  'task.verificationPassed': (_, fact, { end }) => end(fact, { outcome: 'ok' }),
  'task.verificationFailed': ({ reason }, fact, { end }) => end(fact, { outcome: 'failed', label: reason }),
  'task.retryScheduled': ({ notBefore }, fact, { begin }) =>
    begin(fact, 'retry', `tried again at ${notBefore}`),
  'task.limitReached': ({ limit }, fact, { begin }) => begin(fact, 'limit', limit),
  'task.blocked': ({ waitsFor }, fact, { begin }) =>
    begin(fact, 'blocked', `waits for ${waitsFor.join(', ')}`),
  'task.unblocked': over,
  'task.personNeeded': ({ reason }, fact, { begin }) => begin(fact, 'person', reason),
  'task.requeued': over,
  'task.completed': over,
  'task.failed': over,
  'task.cancelled': over,
  'task.skipped': over,
  'task.removed': over,
  'task.reset': over,
}
