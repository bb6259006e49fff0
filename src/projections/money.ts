import type { Tokens, Usage } from '../events/shapes.ts'

/** What was used: tokens by model, dollars as far as they are known, and how much is not. */
export type Totals = {
  readonly models: Readonly<Record<string, Tokens>>
  /** Sum of all known amounts, in dollars. */
  readonly costUsd: number
  /** Of it, what rests on a price list or an estimate instead of the agent's own figure. */
  readonly estimatedUsd: number
  /** Attempts that were begun. */
  readonly attempts: number
  /** Ended attempts whose cost nobody knows. */
  readonly unknownCost: number
}

export const nothing: Totals = { models: {}, costUsd: 0, estimatedUsd: 0, attempts: 0, unknownCost: 0 }

const none: Tokens = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0, reasoning: 0 }

/** The totals with `sign` times one usage; what is unknown adds nothing and takes nothing. */
export function plusUsage(totals: Totals, usage: Usage | null, sign: 1 | -1): Totals {
  if (!usage) return totals
  const models = { ...totals.models }
  for (const [model, used] of Object.entries(usage.models)) {
    models[model] = plusTokens(models[model] ?? none, used, sign)
  }
  const cost = cents(usage.costUsd ?? 0) * sign
  const isEstimate = usage.costSource !== 'cli'
  return {
    ...totals,
    models,
    costUsd: cents(totals.costUsd + cost),
    estimatedUsd: isEstimate ? cents(totals.estimatedUsd + cost) : totals.estimatedUsd,
  }
}

function plusTokens(a: Tokens, b: Tokens, sign: 1 | -1): Tokens {
  return {
    input: a.input + sign * b.input,
    output: a.output + sign * b.output,
    cacheRead: a.cacheRead + sign * b.cacheRead,
    cacheWrite: a.cacheWrite + sign * b.cacheWrite,
    reasoning: a.reasoning + sign * b.reasoning,
  }
}

/** Kept to a billionth of a dollar, so that sums of decimals stay what a person would add up. */
function cents(amount: number): number {
  return Math.round(amount * 1e9) / 1e9
}
