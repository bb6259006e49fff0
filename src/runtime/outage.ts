import { outageWait } from '../machines/retry.ts'
import type { Clock } from '../ports/clock.ts'

/** That the backlog could not be had, and when it is tried again. */
export type Outage = { readonly problem: string; readonly nextTry: string }

/** Remembers of a backlog that it could not be had: each try in a row is further from the one before. */
export function createOutage(clock: Pick<Clock, 'now'>) {
  let current: Outage | null = null
  let tries = 0
  return {
    get current() {
      return current
    },
    isTooEarly: (): boolean => current !== null && clock.now() < new Date(current.nextTry),
    begin: (problem: string): void => {
      tries += 1
      current = { problem, nextTry: outageWait(tries, clock.now()) }
    },
    end: (): void => {
      tries = 0
      current = null
    },
  }
}
