import type { Delivery, DeliveryPolicy } from '../config/plugin-context.ts'
import { asFailure, isFailure } from '../errors.ts'
import type { Fact } from '../events/catalogue.ts'
import type { Clock } from '../ports/clock.ts'
import type { Guard } from './guard.ts'
import type { Reporter } from './reports.ts'

export const defaultPolicy: DeliveryPolicy = {
  maxTries: 8,
  baseDelayMs: 1_000,
  maxDelayMs: 60_000,
  timeoutMs: 60_000,
}

/** `left`: broken off, to be delivered by the next run; `suspended`: a person has to look first. */
export type Outcome =
  | { readonly is: 'delivered' | 'left' }
  | { readonly is: 'parked' | 'suspended'; readonly problem: string; readonly tries: number }

/** What delivering needs to know of the plugin and its surroundings. */
export type Courier = {
  readonly plugin: string
  readonly policy: DeliveryPolicy
  readonly clock: Clock
  readonly guard: Guard
  readonly reporter: Reporter
  readonly signal: AbortSignal
  deliver(fact: Fact, delivery: Delivery): unknown
}

/**
 * Tries to deliver one fact until it is delivered or hopeless. By the name of a failure: `invalid` is
 * hopeless at once, `rejected` needs a person, all others are tried again.
 */
export async function deliver(courier: Courier, fact: Fact): Promise<Outcome> {
  const { plugin, signal } = courier
  for (let attempt = 1; !signal.aborted; attempt += 1) {
    try {
      await oneTry(courier, fact, { key: `${fact.id}-${plugin}`, attempt })
      courier.reporter.well()
      return { is: 'delivered' }
    } catch (thrown) {
      if (signal.aborted) break
      const end = endOf(courier, attempt, thrown)
      if (end) return end
      await rest(courier, attempt, thrown)
    }
  }
  return { is: 'left' }
}

/** What a failure leads to; null where it is worth another try. */
function endOf({ policy, reporter }: Courier, tries: number, thrown: unknown): Outcome | null {
  const { message, hint } = asFailure(thrown)
  const problem = hint ? `${message}. ${hint}` : message
  if (isFailure(thrown, 'rejected')) return { is: 'suspended', problem, tries }
  reporter.error(problem)
  const isHopeless = isFailure(thrown, 'invalid') || tries >= policy.maxTries
  return isHopeless ? { is: 'parked', problem, tries } : null
}

async function oneTry(
  { deliver: attempt, plugin, policy, guard, signal }: Courier,
  fact: Fact,
  delivery: Omit<Delivery, 'signal'>,
): Promise<void> {
  const late = AbortSignal.timeout(policy.timeoutMs)
  const either = AbortSignal.any([signal, late])
  const given = new Promise<never>((_, reject) => {
    either.addEventListener('abort', () =>
      reject(new Error(signal.aborted ? 'broken off' : `no end after ${policy.timeoutMs / 1000} s`)),
    )
  })
  given.catch(() => undefined) // nobody may be waiting any more
  await Promise.race([guard.run(plugin, async () => attempt(fact, { ...delivery, signal: either })), given])
}

/** Waits before the next try: as long as the service asks for, or twice as long as before. */
async function rest({ policy, clock, signal }: Courier, attempt: number, thrown: unknown): Promise<void> {
  const asked = (thrown as { cause?: { retryAfterMs?: unknown } } | null)?.cause?.retryAfterMs
  const doubled = Math.min(policy.maxDelayMs, policy.baseDelayMs * 2 ** (attempt - 1))
  const ms = typeof asked === 'number' ? Math.max(asked, policy.baseDelayMs) : doubled
  await clock.until(new Date(clock.now().getTime() + ms), signal).catch(() => undefined) // the caller looks
}
