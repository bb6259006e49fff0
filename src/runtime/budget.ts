import type { Budget } from '../machines/allowance.ts'
import { dayKey, dayOf, endOfDay, type OpenAttempt, openPrefix } from '../projections/costs.ts'
import type { Totals } from '../projections/money.ts'
import type { View } from './views.ts'

/** The money of the day, and what of it the running attempts of a namespace may still spend. */
export async function budgetOf(
  costs: Pick<View, 'row' | 'rows'>,
  { dailyUsd, now, namespace }: { readonly dailyUsd: number; readonly now: Date; readonly namespace: string },
): Promise<Budget> {
  // First what may be spent, then what has been: an attempt that ends meanwhile counts twice, never not at all.
  const running = [...(await costs.rows<OpenAttempt>(openPrefix)).values()]
  const rests = running.filter((one) => one.namespace === namespace).map(restOf)
  const day = await costs.row<Totals>(dayKey(dayOf(now.toISOString())))
  const { costUsd = 0, attempts = 0, unknownCost = 0 } = day ?? {}
  return {
    dailyUsd,
    spentUsd: costUsd,
    reservedUsd: rests.reduce((sum, rest) => sum + rest, 0),
    typicalUsd: costUsd / Math.max(1, attempts - unknownCost),
    renewsAt: endOfDay(now),
  }
}

/** One that was begun without a bound has nothing set aside. */
function restOf({ allowanceUsd, usage }: OpenAttempt): number {
  return Math.max(0, (allowanceUsd ?? 0) - (usage?.costUsd ?? 0))
}
