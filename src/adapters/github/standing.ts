/** How many requests are left, as GitHub said last. */
export type Quota = { readonly limit: number; readonly remaining: number; readonly resetsAt: string }

/** What the headers of the answers say of the token. */
export type Standing = {
  readonly quota: Quota | null
  /** What a classic token may do; null for tokens that have no scopes. */
  readonly scopes: readonly string[] | null
}

/** Keeps what was said last. */
export function createStanding() {
  let quota: Quota | null = null
  let scopes: readonly string[] | null = null
  return {
    get quota() {
      return quota
    },
    get scopes() {
      return scopes
    },
    heed: (headers: Readonly<Record<string, unknown>>): void => {
      const said = headers['x-oauth-scopes']
      if (typeof said === 'string') scopes = said.split(',').flatMap((name) => name.trim() || [])
      const limit = Number(headers['x-ratelimit-limit'])
      if (!limit) return
      const resetsAt = new Date(Number(headers['x-ratelimit-reset']) * 1_000).toISOString()
      quota = { limit, remaining: Number(headers['x-ratelimit-remaining']), resetsAt }
    },
  }
}
