import { createClient } from './client.ts'
import { planLabels } from './labels.ts'
import type { GitHubOptions } from './options.ts'

/** What GitHub says of a repository and of the token, without anything being changed. */
export type Inspection = {
  /** How the repository is called there now. */
  readonly repo: string
  readonly isArchived: boolean
  readonly hasIssues: boolean
  /** Whether the token may change issues; null where only trying would tell. */
  readonly mayWrite: boolean | null
  /** The scopes of a classic token. */
  readonly scopes: readonly string[] | null
  readonly missingLabels: readonly string[]
  readonly quota: { readonly limit: number; readonly remaining: number; readonly resetsAt: string } | null
}

type ApiRepository = {
  readonly archived: boolean
  readonly has_issues?: boolean
  readonly private?: boolean
  readonly permissions?: Readonly<Record<string, boolean>>
}

/** Looks whether the repository can be reached and the token is enough for it. */
export async function inspectRepository(options: GitHubOptions): Promise<Inspection> {
  const client = createClient(options)
  try {
    const { data } = await client.get<ApiRepository>('')
    const plan = await planLabels(client, options.labels)
    return {
      repo: client.repo,
      isArchived: data?.archived ?? false,
      hasIssues: data?.has_issues ?? true,
      mayWrite: mayWrite(data, client.standing.scopes),
      scopes: client.standing.scopes,
      missingLabels: plan.filter(({ action }) => action === 'create').map(({ name }) => name),
      quota: client.standing.quota,
    }
  } finally {
    client.close()
  }
}

/** A classic token needs a scope; any token needs that its owner may do it. */
function mayWrite(data: ApiRepository | null, scopes: readonly string[] | null): boolean | null {
  const { triage, push } = data?.permissions ?? {}
  if (triage === false && push === false) return false
  if (scopes === null) return null
  return scopes.includes('repo') || (data?.private === false && scopes.includes('public_repo'))
}
