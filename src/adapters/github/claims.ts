import type { Client } from './client.ts'

export type ApiComment = {
  readonly id: number
  readonly body?: string
  readonly updated_at: string
  readonly author_association?: string
  readonly user?: { readonly type?: string } | null
}

/** A comment that says who works on an issue. */
export type Claim = { readonly comment: number; readonly holder: string }

/** A claim that nobody has renewed for so long is taken for left behind. */
const longestMs = 24 * 3_600_000

const live = /<!-- loopwork:claim holder="([^"]*)" -->/

export function commentsOf(client: Client, number: number): Promise<ApiComment[]> {
  return client.all<ApiComment>(`/issues/${number}/comments`)
}

/** The claim that counts: of those that are in force the first. */
export function claimIn(comments: readonly ApiComment[], now: Date): Claim | null {
  const claims = comments.filter(isTrusted).flatMap(({ id, body = '', updated_at }) => {
    const holder = live.exec(body)?.[1]
    const isFresh = now.getTime() - new Date(updated_at).getTime() < longestMs
    return holder !== undefined && isFresh ? [{ comment: id, holder }] : []
  })
  return claims.sort((a, b) => a.comment - b.comment)[0] ?? null
}

/** Who has a place in the repository. Anybody else may comment on an issue of a public one, and holds nothing by that. */
const insiders = new Set(['OWNER', 'MEMBER', 'COLLABORATOR'])

/** An app may write only where it was installed; an older GitHub Enterprise may not say who somebody is. */
function isTrusted({ author_association, user }: ApiComment): boolean {
  return author_association === undefined || insiders.has(author_association) || user?.type === 'Bot'
}

/** The claims of one holder, all of which are taken back when its work has ended. */
export function claimsOf(holder: string, comments: readonly ApiComment[]): number[] {
  return comments.flatMap(({ id, body = '' }) => (live.exec(body)?.[1] === holder ? [id] : []))
}

export function claimText(holder: string): string {
  return `loopwork on ${holder} is working on this.\n\n<!-- loopwork:claim holder="${holder}" -->`
}

/** What a telling leaves in its comment, so that it is found instead of being repeated. */
export function markerOf(key: string): string {
  return `<!-- loopwork:told ${key} -->`
}

/** A text that may quote comments of ours, so that nothing in it is taken for a claim or a telling. */
export function withoutMarks(text: string): string {
  return text.replaceAll('<!-- loopwork:', '<!-- of loopwork: ')
}
