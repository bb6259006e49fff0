import type { House } from '../house.ts'
import type { RunState } from '../run-state.ts'

/**
 * Resolves when something has changed since it was looked at, when the instant has come, or the one at which
 * the backlog is to be told again, or when it is over.
 */
export async function changeOrInstant(
  { clock }: House,
  state: RunState,
  wait: { readonly seen: number; readonly until: string | null; readonly signal: AbortSignal },
): Promise<void> {
  const woken = new AbortController()
  const either = AbortSignal.any([wait.signal, woken.signal])
  const waits = [state.changed(wait.seen, either)]
  for (const instant of [wait.until, state.desk.retellAt]) {
    if (instant !== null) waits.push(clock.until(new Date(instant), either).catch(() => undefined)) // woken early
  }
  await Promise.race(waits)
  woken.abort()
}
