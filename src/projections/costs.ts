import type { Fact } from '../events/catalogue.ts'
import type { Usage } from '../events/shapes.ts'
import { nothing, type Totals, withUsage } from './money.ts'
import type { Projection, Rows } from './projection.ts'

/** An attempt that runs: who it is charged to, and what it has been charged so far. */
export type OpenAttempt = {
  readonly attempt: number
  readonly namespace: string
  readonly session: string | null
  readonly usage: Usage | null
  /** What it may spend at most, where a budget is set. */
  readonly allowanceUsd: number | null
}

/** The day a fact belongs to, in UTC: `2026-11-24`. */
export function dayOf(at: string): string {
  return at.slice(0, 10)
}

/** The instant at which the day, in UTC, is over. */
export function endOfDay(now: Date): string {
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate() + 1)).toISOString()
}

export const totalKey = 'total'
export const dayKey = (day: string): string => `day/${day}`
export const sessionKey = (session: string): string => `session/${session}`
export const namespaceKey = (namespace: string): string => `namespace/${namespace}`
/** Rows of attempts that run begin with this. */
export const openPrefix = 'open/'
const openKey = (stream: string): string => openPrefix + stream

/**
 * Tokens and dollars: in all, by day (UTC), task, session and namespace. Charged as they become known, on
 * the day on which they do.
 */
export const costs: Projection = {
  name: 'costs',
  version: 2,
  on: {
    'task.claimed': (rows, { attempt, namespace, allowanceUsd }, fact) => {
      const open: OpenAttempt = { attempt, namespace, session: fact.session, usage: null, allowanceUsd }
      rows.set(openKey(fact.stream), open)
      charge(rows, fact, open, (totals) => ({ ...totals, attempts: totals.attempts + 1 }))
    },
    'task.progressed': (rows, { usage }, fact) => {
      const open = openOf(rows, fact)
      if (!open || !usage) return
      settle(rows, fact, open, usage)
      rows.set(openKey(fact.stream), { ...open, usage })
    },
    'task.attemptSucceeded': (rows, { usage }, fact) => close(rows, fact, usage),
    'task.attemptFailed': (rows, { usage, kind }, fact) => close(rows, fact, usage, kind === 'launch'),
    'task.attemptAbandoned': (rows, { usage }, fact) => close(rows, fact, usage),
    'task.followUpsFound': (rows, { namespace, usage }, fact) => chargeBesides(rows, fact, namespace, usage),
    'task.troubleDiagnosed': (rows, { namespace, usage }, fact) =>
      chargeBesides(rows, fact, namespace, usage),
  },
}

/** Charges what an ended attempt used beyond what was charged while it ran. */
function close(rows: Rows, fact: Fact, final: Usage | null, isFree = false): void {
  const open = openOf(rows, fact)
  if (!open) return
  const usage = final ?? open.usage
  settle(rows, fact, open, usage)
  if (!isFree && (usage?.costUsd ?? null) === null) {
    charge(rows, fact, open, (totals) => ({ ...totals, unknownCost: totals.unknownCost + 1 }))
  }
  rows.set(openKey(fact.stream), undefined)
}

function settle(rows: Rows, fact: Fact, open: OpenAttempt, usage: Usage | null): void {
  charge(rows, fact, open, (totals) => withUsage(totals, open.usage, usage))
}

/** Charges what an agent has cost that was asked besides its tasks. */
function chargeBesides(rows: Rows, fact: Fact, namespace: string, usage: Usage | null): void {
  const payer = { namespace, session: fact.session }
  charge(rows, fact, payer, (totals) => withUsage(totals, null, usage))
}

type Payer = Pick<OpenAttempt, 'namespace' | 'session'>

function charge(rows: Rows, fact: Fact, open: Payer, change: (totals: Totals) => Totals): void {
  const keys = [totalKey, dayKey(dayOf(fact.at)), fact.stream, namespaceKey(open.namespace)]
  if (open.session) keys.push(sessionKey(open.session))
  for (const key of keys) rows.set(key, change((rows.get(key) as Totals | undefined) ?? nothing))
}

function openOf(rows: Rows, fact: Fact): OpenAttempt | undefined {
  return rows.get(openKey(fact.stream)) as OpenAttempt | undefined
}
