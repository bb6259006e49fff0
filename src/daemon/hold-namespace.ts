import type { App } from '../app.ts'
import { LoopworkError } from '../errors.ts'
import type { Clock } from '../ports/clock.ts'
import type { Held } from '../ports/leases.ts'

/** A namespace that is held: the lease is renewed until it is let go, or turns out to have been lost. */
export type Hold = {
  /** Makes sure that this process still has the namespace; costs nothing while the lease is fresh. */
  assertHeld(): Promise<void>
  /** A clock whose sleepers do not wake in a process that has lost the namespace while it slept. */
  readonly clock: Clock
  /** Rejects with `held` when another process has taken over. Never resolves. */
  readonly lost: Promise<never>
  letGo(): void
}

/** How many renewals may fail before others may think that we are gone. */
const chances = 3

/**
 * Renews the lease of a namespace again and again. A process that was stopped for a while, or hung, finds its
 * lease stale when it wakes, and looks whether it still has the namespace before it does anything else.
 */
export function holdNamespace(app: Pick<App, 'leases' | 'clock'>, held: Held, leaseMs: number): Hold {
  const { leases, clock } = app
  let freshUntil = 0
  let lose = (_: LoopworkError): void => undefined
  const lost = new Promise<never>((_, reject) => {
    lose = reject
  })
  lost.catch(() => undefined) // whoever runs the namespace hears of it

  const renew = async (): Promise<void> => {
    const until = new Date(clock.now().getTime() + leaseMs)
    if (!(await leases.renew(held, until))) throw takenOver()
    freshUntil = until.getTime()
  }

  const assertHeld = async (): Promise<void> => {
    if (clock.now().getTime() < freshUntil) return
    try {
      await renew()
    } catch (thrown) {
      if (thrown instanceof LoopworkError) lose(thrown)
      throw thrown
    }
  }

  const timer = setInterval(() => {
    renew().catch((thrown) => {
      // A full disk shows itself at the next append; that somebody else has the namespace shows itself here.
      if (thrown instanceof LoopworkError && thrown.code === 'held') lose(thrown)
    })
  }, leaseMs / chances)
  timer.unref()

  return {
    assertHeld,
    lost,
    clock: {
      now: clock.now,
      until: async (instant, signal) => {
        await clock.until(instant, signal)
        await assertHeld().catch(() => forever(signal))
      },
    },
    letGo: () => clearInterval(timer),
  }
}

/** Who has lost the namespace is about to be aborted, and must do nothing until then. */
const forever = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    const abort = (): void => reject(signal.reason)
    if (signal.aborted) abort()
    else signal.addEventListener('abort', abort, { once: true })
  })

/** The failure of a process that has been replaced. */
export function takenOver(): LoopworkError {
  return new LoopworkError('held', 'another process has taken over this namespace', {
    hint: '`loopwork status` says which. This process was stopped or did not answer for longer than its lease.',
  })
}
