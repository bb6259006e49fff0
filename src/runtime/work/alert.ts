import type { House } from '../house.ts'
import type { RunState } from '../run-state.ts'

/** Tells once a day when the threshold of the budget is passed, and once when the budget itself is. */
export async function alertIfDue(house: House, state: RunState): Promise<void> {
  const { dailyBudgetUsd: budgetUsd, alertThreshold, loop } = house.plan
  if (budgetUsd === null) return
  const spentUsd = await state.spentToday()
  const passed = [1, alertThreshold].find((threshold) => spentUsd >= budgetUsd * threshold)
  if (passed === undefined) return
  const day = house.clock.now().toISOString().slice(0, 10)
  await house.dispatch([
    { stream: loop, command: { type: 'alert', day, spentUsd, budgetUsd, threshold: passed } },
  ])
}
