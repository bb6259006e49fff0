import * as z from 'zod/mini'
import type { RetentionConfig } from './loopwork-config.ts'
import { amount, whole } from './values.ts'

const shape = z.object(
  {
    days: z.optional(
      z.union([amount('a number of days above 0, or false', 0.001), z.literal(false)], {
        error: 'a number of days above 0, or false',
      }),
    ),
    sessions: z.optional(z.union([whole(1), z.literal(false)], { error: 'a whole number from 1, or false' })),
    megabytes: z.optional(
      z.union([whole(1), z.literal(false)], { error: 'a whole number from 1, or false' }),
    ),
  },
  { error: 'an object with days, sessions and megabytes, or false' },
)

/** How much of the files of sessions is kept; `false` keeps all. */
export const retention = z.union([shape, z.literal(false)], {
  error: 'an object with days, sessions and megabytes, or false',
})

const defaults = { days: 30, sessions: 100, megabytes: 2048 } as const

/** The bounds in milliseconds, sessions of a namespace, and bytes. Null: without bound. */
export function resolveRetention(given: RetentionConfig | false | undefined): {
  readonly maxAgeMs: number | null
  readonly maxSessions: number | null
  readonly maxBytes: number | null
} {
  const { days, sessions, megabytes } =
    given === false
      ? ({ days: false, sessions: false, megabytes: false } as const)
      : { ...defaults, ...given }
  return {
    maxAgeMs: bound(days, 86_400_000),
    maxSessions: bound(sessions, 1),
    maxBytes: bound(megabytes, 1 << 20),
  }
}

function bound(count: number | false | undefined, unit: number): number | null {
  return count === false || count === undefined ? null : count * unit
}
