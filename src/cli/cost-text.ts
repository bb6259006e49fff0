import type { Totals } from '../projections/money.ts'
import { usd } from '../projections/wording.ts'

/** `1 attempt`, `2 attempts`. */
export function attemptsText({ attempts }: Totals): string {
  return `${attempts} ${attempts === 1 ? 'attempt' : 'attempts'}`
}

/** An amount for a person, with what is uncertain about it. */
export function costText({ costUsd, estimatedUsd, unknownCost, attempts }: Totals): string {
  if (attempts === 0) return 'nothing spent'
  const unknown = unknownCost > 0 ? `${unknownCost} of ${attempts} attempts of unknown cost` : ''
  if (unknownCost > 0 && costUsd === 0) return 'cost unknown'
  const estimate = estimatedUsd > 0 ? `, of it ${usd(estimatedUsd)} by price list` : ''
  return `${usd(costUsd)}${estimate}${unknown ? `, ${unknown}` : ''}`
}
