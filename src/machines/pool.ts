import type { Bar } from './loop/context.ts'

/** One way to have a task done: a program and a model of it. */
export type Candidate = {
  readonly agent: string
  readonly model: string | null
  readonly timeoutMs: number
  readonly costWeight: number
  /** Used only when all that are not have been tried or are barred. */
  readonly isFallback: boolean
}

export type Strategy = 'round-robin' | 'priority' | 'cost-aware' | 'random'

/** The agents in the order in which a task's tries go through them. */
export function orderPool<C extends Candidate>(
  pool: readonly C[],
  strategy: Strategy,
  chance: () => number,
): C[] {
  const primaries = pool.filter(({ isFallback }) => !isFallback)
  const fallbacks = pool.filter(({ isFallback }) => isFallback)
  return [...arrange(primaries, strategy, chance), ...fallbacks]
}

function arrange<C extends Candidate>(pool: readonly C[], strategy: Strategy, chance: () => number): C[] {
  if (strategy === 'cost-aware') return [...pool].sort((a, b) => a.costWeight - b.costWeight)
  if (strategy === 'random') {
    return pool
      .map((candidate) => [chance(), candidate] as const)
      .sort(([a], [b]) => a - b)
      .map(([, candidate]) => candidate)
  }
  return [...pool]
}

/**
 * The candidate for a task that has cost so many tries already, of which each model has so many before the next
 * has its turn; null while all of them are barred.
 */
export function chooseCandidate<C extends Candidate>(
  ordered: readonly C[],
  tries: number,
  bars: readonly Bar[],
  now: Date,
  triesPerModel = 1,
): C | null {
  const usable = ordered.filter((candidate) => !barOf(candidate, bars, now))
  const turn = Math.floor(tries / triesPerModel)
  return usable[turn % Math.max(1, usable.length)] ?? null
}

/** The bar that keeps a candidate from being used now. */
export function barOf(candidate: Candidate, bars: readonly Bar[], now: Date): Bar | null {
  const isMeant = (bar: Bar) =>
    bar.agent === candidate.agent && (bar.model === null || bar.model === candidate.model)
  const isInForce = (bar: Bar) => bar.until === null || new Date(bar.until) > now
  return bars.find((bar) => isMeant(bar) && isInForce(bar)) ?? null
}
