/** Dollars for a person: cents, or as many decimals as a small amount needs. */
export function usd(amount: number): string {
  return amount !== 0 && Math.abs(amount) < 0.1 ? `$${amount.toFixed(4)}` : `$${amount.toFixed(2)}`
}

/** A length of time for a person: `42s`, `3m 5s`, `2h 10m`, `1d 4h`. */
export function duration(ms: number): string {
  const s = Math.max(0, Math.round(ms / 1000))
  if (s < 60) return `${s}s`
  if (s < 3600) return `${Math.floor(s / 60)}m ${s % 60}s`
  if (s < 86_400) return `${Math.floor(s / 3600)}h ${Math.floor((s % 3600) / 60)}m`
  return `${Math.floor(s / 86_400)}d ${Math.floor((s % 86_400) / 3600)}h`
}

/** A number of tokens for a person: `950`, `12.3k`, `1.2M`. */
export function tokenCount(tokens: number): string {
  if (tokens < 1000) return String(tokens)
  return tokens < 1_000_000 ? `${(tokens / 1000).toFixed(1)}k` : `${(tokens / 1_000_000).toFixed(1)}M`
}

/** An instant as a person reads it, to the second. */
export function instantText(at: string): string {
  return `${at.slice(0, 19).replace('T', ' ')} UTC`
}
