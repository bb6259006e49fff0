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

/** The totals with one usage in the place of another; what is unknown adds nothing and takes nothing. */
export function withUsage(totals: Totals, before: Usage | null, after: Usage | null): Totals {
  if (!before && !after) return totals
  const models = { ...totals.models }
  const { attempts, unknownCost } = totals
  let { costUsd, estimatedUsd } = totals
  const add = (usage: Usage, sign: 1 | -1): void => {
    for (const [model, used] of Object.entries(usage.models)) {
      models[model] = plusTokens(models[model] ?? none, used, sign)
    }
    const cost = cents(usage.costUsd ?? 0) * sign
    costUsd = cents(costUsd + cost)
    if (usage.costSource !== 'cli') estimatedUsd = cents(estimatedUsd + cost)
  }
  if (before) add(before, -1)
  if (after) add(after, 1)
  return { models, costUsd, estimatedUsd, attempts, unknownCost }
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
