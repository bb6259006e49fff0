import { LoopworkError } from '../errors.ts'

const unitsMs: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** An instant as people write it: `10m`, `2h`, `1d` ago, or a date that JavaScript understands. */
export function parseSince(text: string, now: Date): Date {
  const [, count, unit] = /^(\d+)([smhd])$/.exec(text) ?? []
  if (count && unit) return new Date(now.getTime() - Number(count) * (unitsMs[unit] ?? 0))
  const instant = new Date(text)
  if (!Number.isNaN(instant.getTime())) return instant
  throw new LoopworkError('invalid', `${JSON.stringify(text)} is no instant`, {
    hint: 'Write 30s, 10m, 2h, 1d, or a date such as 2026-11-24T10:00:00Z.',
  })
}
