import type { DomainEvent } from '../../src/events/catalogue.ts'
import type { AppendContext } from '../../src/ports/event-log.ts'

/** The instant at which tests with a clock of their own take place. */
export const now = new Date('2026-01-01T00:00:00.000Z')

/** An append by nobody in particular. */
export const context: AppendContext = {
  by: 'cli',
  session: null,
  correlation: 'correlation',
  causation: 'causation',
}

export const queued: DomainEvent = {
  type: 'task.queued',
  data: {
    title: 'Fix the login',
    priority: 'medium',
    feature: null,
    parent: null,
    dependsOn: [],
    told: 'pending',
  },
}

export const skipped: DomainEvent = { type: 'task.skipped', data: { reason: 'not now' } }

export const reset: DomainEvent = { type: 'task.reset', data: { reason: 'again' } }

/** Ids that count: `id-1`, `id-2`, … */
export function countingIds(): () => string {
  let last = 0
  return () => {
    last += 1
    return `id-${last}`
  }
}
