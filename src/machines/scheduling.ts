import type { FailureMode, IdleRule, StopReason } from '../events/loop.ts'
import { allowanceOf, type Budget } from './allowance.ts'
import type { Bar } from './loop/context.ts'
import { barOf, type Candidate, chooseCandidate } from './pool.ts'
import { isReady, isWaiting } from './readiness.ts'
import { finished, unfinished } from './standstill.ts'

/** A task, as far as it matters for what comes next. */
export type Candidacy = {
  readonly id: string
  readonly state: string
  readonly feature: string | null
  readonly parent: string | null
  readonly notBefore: string | null
  /** The attempt at it, by whomever, that is not yet closed. */
  readonly open: object | null
  readonly tries: number
}

/** Everything that the choice rests on. */
export type Situation<C extends Candidate, T extends Candidacy> = {
  readonly now: Date
  /** In the order of the backlog's priorities. */
  readonly tasks: readonly T[]
  readonly feature: string | null
  readonly startFrom: string | null
  readonly iterations: number
  readonly maxIterations: number
  readonly pool: readonly C[]
  /** Tries of a task that one model has before the next. Default: 1. */
  readonly triesPerModel?: number
  readonly bars: readonly Bar[]
  /** What keeps new attempts from being started before an instant. */
  readonly hold: { readonly reason: string; readonly until: string } | null
  readonly budget: Budget | null
  /** How many attempts of the loop may be open at once, and those that are. */
  readonly parallel: number
  readonly open: readonly { readonly worker: number }[]
  readonly failureMode: FailureMode
  /** The first task that has failed since the loop was started. */
  readonly failed: string | null
  /** Task failures one after the other in this session, and how many are too many. */
  readonly failuresInRow: number
  readonly circuitBreaker: number
  /** Why the backlog cannot be had at the moment, where that is so: nothing is begun before it is tried again. */
  readonly outage: { readonly reason: string; readonly until: string } | null
  /** Sub-tasks that agents have asked for and that are still to be added to the backlog. */
  readonly additions: number
  /** What an attempt has left that may still become a task, and until when that is waited for. */
  readonly owed: { readonly reason: string; readonly until: string } | null
  /** What has to be repaired in the backlog before it can be read: there may be more in it. */
  readonly backlogProblem: string | null
}

/** What the loop does next. */
export type NextStep<C extends Candidate, T extends Candidacy> =
  | {
      readonly do: 'claim'
      readonly task: T
      readonly candidate: C
      readonly worker: number
      readonly allowanceUsd: number | null
    }
  /** Attempts are open, and nothing is to be begun beside them before `until`, or before something changes. */
  | { readonly do: 'wait'; readonly reason: string; readonly until: string | null }
  | { readonly do: 'abort'; readonly reason: string }
  | { readonly do: 'idle'; readonly rule: IdleRule; readonly reason: string; readonly until: string | null }
  | { readonly do: 'stop'; readonly reason: StopReason; readonly detail: string }

/**
 * The scheduler: one function from what is known to what is done next. It looks at time only through `now`,
 * and whatever it decides is written down before it happens.
 */
export function decideNext<C extends Candidate, T extends Candidacy>(s: Situation<C, T>): NextStep<C, T> {
  if (s.failureMode === 'abort-all' && s.failed !== null) {
    return { do: 'abort', reason: `${s.failed} failed, and the first failure is to end all others` }
  }
  if (s.open.length >= s.parallel) return { do: 'wait', reason: 'all workers are busy', until: null }
  const next = nextOf(s)
  const isEnd = next.do === 'idle' || next.do === 'stop'
  if (!isEnd || s.open.length === 0) return next
  return next.do === 'idle'
    ? { do: 'wait', reason: next.reason, until: next.until }
    : { do: 'wait', reason: `what runs is to end first; then: ${next.detail}`, until: null }
}

/** What comes next while a worker is free. */
function nextOf<C extends Candidate, T extends Candidacy>(s: Situation<C, T>): NextStep<C, T> {
  const busy = new Set(s.tasks.flatMap(({ id, open }) => (open ? [id] : [])))
  const isMine = ({ feature }: T): boolean => s.feature === null || feature === s.feature
  const isNext = (task: T): boolean => isMine(task) && isReady(task, s) && !busy.has(task.parent ?? '')
  const first =
    s.startFrom === null ? undefined : s.tasks.find((task) => task.id === s.startFrom && isNext(task))
  const task = first ?? s.tasks.find(isNext)
  const waiting = task ? [] : s.tasks.filter((other) => isMine(other) && isWaiting(other, s))

  if (task || waiting.length > 0) {
    const end = endOf(s)
    if (end) return end
  }
  if (task) return held(s) ?? overBudget(s) ?? outOfReach(s) ?? claimOrWait(s, task)
  if (waiting.length > 0) return untilFirst(waiting)
  return unfinished(s) ?? finished(s.tasks.filter(isMine), busy, s.feature)
}

/** What ends a session though there is work left. */
function endOf(s: Situation<Candidate, Candidacy>): NextStep<never, never> | null {
  if (s.iterations >= s.maxIterations) {
    return { do: 'stop', reason: 'max-iterations', detail: `${s.maxIterations} attempts were made` }
  }
  if (s.circuitBreaker > 0 && s.failuresInRow >= s.circuitBreaker) {
    return {
      do: 'stop',
      reason: 'circuit-breaker',
      detail: `${s.failuresInRow} tasks failed one after the other`,
    }
  }
  return null
}

function held({ hold, now }: Situation<Candidate, Candidacy>): NextStep<never, never> | null {
  if (!hold || new Date(hold.until) <= now) return null
  return { do: 'idle', rule: 'hold', reason: hold.reason, until: hold.until }
}

function overBudget({
  budget,
}: {
  budget: Situation<Candidate, Candidacy>['budget']
}): NextStep<never, never> | null {
  if (!budget || budget.spentUsd < budget.dailyUsd) return null
  return {
    do: 'idle',
    rule: 'budget',
    reason: `$${budget.spentUsd.toFixed(2)} of today's budget of $${budget.dailyUsd.toFixed(2)} are spent`,
    until: budget.renewsAt,
  }
}

function outOfReach({ outage, now }: Situation<Candidate, Candidacy>): NextStep<never, never> | null {
  if (!outage || new Date(outage.until) <= now) return null
  return { do: 'idle', rule: 'backlog', reason: outage.reason, until: outage.until }
}

function claimOrWait<C extends Candidate, T extends Candidacy>(s: Situation<C, T>, task: T): NextStep<C, T> {
  const candidate = chooseCandidate(s.pool, task.tries, s.bars, s.now, s.triesPerModel)
  if (candidate) return withAllowance(s, task, candidate)

  const bars = s.pool.flatMap((one) => barOf(one, s.bars, s.now) ?? [])
  const reasons = [...new Set(bars.map(({ agent, reason }) => `${agent}: ${reason}`))].join('; ')
  const ends = bars.flatMap(({ until }) => until ?? []).sort()
  if (ends.length === 0) return { do: 'stop', reason: 'person-needed', detail: reasons }
  return { do: 'idle', rule: 'limit', reason: reasons, until: ends[0] ?? null }
}

function withAllowance<C extends Candidate, T extends Candidacy>(
  { budget, open, parallel }: Situation<C, T>,
  task: T,
  candidate: C,
): NextStep<C, T> {
  const allowanceUsd = budget && allowanceOf(budget, { open: open.length, parallel })
  if (budget && allowanceUsd === null) {
    return { do: 'wait', reason: 'open attempts may still spend what is left of the budget', until: null }
  }
  return { do: 'claim', task, candidate, worker: freeWorker(open), allowanceUsd }
}

function freeWorker(open: Situation<Candidate, Candidacy>['open']): number {
  const busy = new Set(open.map(({ worker }) => worker))
  let worker = 1
  while (busy.has(worker)) worker += 1
  return worker
}

function untilFirst(waiting: readonly Candidacy[]): NextStep<never, never> {
  const first = [...waiting].sort((a, b) => String(a.notBefore).localeCompare(String(b.notBefore)))[0]
  const isLimit = first?.state === 'waitingForLimit'
  return {
    do: 'idle',
    rule: isLimit ? 'limit' : 'retry',
    reason: isLimit ? `${first?.id} waits for a limit to be lifted` : `${first?.id} is tried again then`,
    until: first?.notBefore ?? null,
  }
}
