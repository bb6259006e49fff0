import type { Fact } from '../events/catalogue.ts'
import type { EventLog } from '../ports/event-log.ts'

/** The most facts that one answer holds. */
const most = 5_000

/** Facts after a position, oldest first, and how far the log goes. */
export async function factsAfter(
  log: Pick<EventLog, 'readAfter' | 'head'>,
  after: number,
  limit: number,
): Promise<{ readonly head: number; readonly facts: readonly Fact[] }> {
  const facts: Fact[] = []
  for await (const batch of log.readAfter(after, { limit: Math.min(most, Math.max(1, limit)) })) {
    facts.push(...batch)
  }
  return { head: await log.head(), facts }
}
