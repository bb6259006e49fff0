import type { IdleRule, StopReason } from '../events/loop.ts'
import type { Bar } from './loop/context.ts'
import { barOf, type Candidate, chooseCandidate } from './pool.ts'

/** A task, as far as it matters for what comes next. */
export type Candidacy = {
  readonly id: string
  readonly state: string
  readonly feature: string | null
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
  readonly bars: readonly Bar[]
  /** What keeps new attempts from being started before an instant. */
  readonly hold: { readonly reason: string; readonly until: string } | null
  readonly budget: { readonly dailyUsd: number; readonly spentUsd: number; readonly renewsAt: string } | null
  /** Task failures one after the other in this session, and how many are too many. */
  readonly failuresInRow: number
  readonly circuitBreaker: number
  /** Why the backlog cannot be had at the moment, where that is so: nothing is begun before it is tried again. */
  readonly outage: { readonly reason: string; readonly until: string } | null
  /** Sub-tasks that agents have asked for and that are still to be added to the backlog. */
  readonly additions: number
  /** What has to be repaired in the backlog before it can be read: there may be more in it. */
  readonly backlogProblem: string | null
}

/** What the loop does next. */
export type NextStep<C extends Candidate, T extends Candidacy> =
  | { readonly do: 'claim'; readonly task: T; readonly candidate: C }
  | { readonly do: 'idle'; readonly rule: IdleRule; readonly reason: string; readonly until: string | null }
  | { readonly do: 'stop'; readonly reason: StopReason; readonly detail: string }

/**
 * The scheduler: one function from what is known to what is done next. It looks at time only through `now`,
 * and whatever it decides is written down before it happens.
 */
export function decideNext<C extends Candidate, T extends Candidacy>(s: Situation<C, T>): NextStep<C, T> {
  const isMine = ({ feature }: T): boolean => s.feature === null || feature === s.feature
  const isNext = (task: T): boolean => isMine(task) && isReady(task, s)
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
  return untilRepaired(s) ?? untilAdded(s) ?? finished(s.tasks.filter(isMine), s.feature)
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

type Moment = Pick<Situation<Candidate, Candidacy>, 'now' | 'pool' | 'bars'>

function isReady(task: Candidacy, moment: Moment): boolean {
  if (task.open) return false
  if (task.state === 'queued') return true
  if (!isPutOff(task)) return false
  if (task.notBefore === null || new Date(task.notBefore) <= moment.now) return true
  return task.state === 'waitingForLimit' && isOneOfSeveralBarred(moment)
}

function isWaiting(task: Candidacy, moment: Moment): boolean {
  return isPutOff(task) && !isReady(task, moment)
}

function isPutOff({ state }: Candidacy): boolean {
  return state === 'waitingToRetry' || state === 'waitingForLimit'
}

/** A limit is the agent's, not the task's: while others of the pool are free the task need not wait for it. */
function isOneOfSeveralBarred({ pool, bars, now }: Moment): boolean {
  const barred = pool.filter((candidate) => barOf(candidate, bars, now))
  return barred.length > 0 && barred.length < pool.length
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
  const candidate = chooseCandidate(s.pool, task.tries, s.bars, s.now)
  if (candidate) return { do: 'claim', task, candidate }

  const bars = s.pool.flatMap((one) => barOf(one, s.bars, s.now) ?? [])
  const reasons = [...new Set(bars.map(({ agent, reason }) => `${agent}: ${reason}`))].join('; ')
  const ends = bars.flatMap(({ until }) => until ?? []).sort()
  if (ends.length === 0) return { do: 'stop', reason: 'person-needed', detail: reasons }
  return { do: 'idle', rule: 'limit', reason: reasons, until: ends[0] ?? null }
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

function untilRepaired({
  backlogProblem,
}: Pick<Situation<Candidate, Candidacy>, 'backlogProblem'>): NextStep<never, never> | null {
  if (backlogProblem === null) return null
  return { do: 'idle', rule: 'backlog', reason: 'the backlog has to be repaired first', until: null }
}

function untilAdded({ additions }: { readonly additions: number }): NextStep<never, never> | null {
  if (additions === 0) return null
  const reason = `${additions} sub-tasks are still to be added to the backlog`
  return { do: 'idle', rule: 'backlog', reason, until: null }
}

/** Nothing is ready, and nothing of this namespace will be: say what is left, if anything is. */
function finished(mine: readonly Candidacy[], feature: string | null): NextStep<never, never> {
  if (mine.length === 0) {
    const what = feature === null ? 'no tasks' : `no task of the feature ${feature}`
    return { do: 'stop', reason: 'done', detail: `the backlog has ${what}` }
  }
  const left = (state: string) => mine.filter((task) => task.state === state).length
  const counts = [
    [mine.filter(({ state, open }) => state !== 'queued' && open).length, 'worked on in another namespace'],
    [left('blocked'), 'blocked by others'],
    [left('taken'), "in somebody's hands"],
    [left('needsPerson'), 'in need of a person'],
    [left('failed'), 'failed'],
    [mine.filter(({ state, open }) => state === 'queued' && open).length, 'worked on elsewhere'],
  ] as const
  const rest = counts.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`)
  const detail = rest.length === 0 ? 'all tasks are done' : `nothing more can be done: ${rest.join(', ')}`
  return { do: 'stop', reason: 'done', detail }
}
