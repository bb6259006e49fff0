/** The money of a day, and what of it is spoken for. */
export type Budget = {
  readonly dailyUsd: number
  readonly spentUsd: number
  /** What open attempts may still spend. */
  readonly reservedUsd: number
  /** What an attempt of this day has cost on average; 0 where nothing is known. */
  readonly typicalUsd: number
  readonly renewsAt: string
}

/**
 * What a new attempt may spend: its share of what is left, or enough for two usual ones, if there is as much.
 * Null where what is left beside the open attempts would not do for a usual one: it would be ended half-way,
 * and its money be lost.
 */
export function allowanceOf(
  { dailyUsd, spentUsd, reservedUsd, typicalUsd }: Budget,
  workers: { readonly open: number; readonly parallel: number },
): number | null {
  const freeUsd = dailyUsd - spentUsd - reservedUsd
  if (workers.open > 0 && (freeUsd <= 0 || freeUsd < typicalUsd)) return null
  const shareUsd = freeUsd / Math.max(1, workers.parallel - workers.open)
  return Math.round(Math.min(freeUsd, Math.max(shareUsd, 2 * typicalUsd)) * 1e6) / 1e6
}
