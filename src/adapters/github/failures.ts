import { LoopworkError } from '../../errors.ts'

/** What GitHub answered where it was not what was asked for. */
export type Refusal = {
  readonly status: number
  readonly message: string
  readonly headers: Readonly<Record<string, string | number | undefined>>
}

/** What a thrown thing says of the answer; null where there was none. */
export function refusalIn(thrown: unknown): Refusal | null {
  const { status, response } = thrown as {
    status?: number
    response?: { headers?: Refusal['headers']; data?: { message?: string; errors?: unknown } }
  }
  if (status === undefined || response === undefined) return null
  const { message = '', errors } = response.data ?? {}
  return { status, message: [message, ...details(errors)].join('; '), headers: response.headers ?? {} }
}

function details(errors: unknown): string[] {
  if (!Array.isArray(errors)) return []
  return errors.map((one: { field?: string; code?: string; message?: string } | string) =>
    typeof one === 'string' ? one : (one.message ?? `${one.field ?? 'a field'}: ${one.code ?? 'invalid'}`),
  )
}

/** The instant before which a limit lets nothing through; null where it was no limit. */
export function limitIn({ status, message, headers }: Refusal, now: Date): Date | null {
  if (status !== 403 && status !== 429) return null
  const after = Number(headers['retry-after'])
  if (after > 0) return new Date(now.getTime() + after * 1_000)
  if (String(headers['x-ratelimit-remaining']) === '0') {
    return new Date(Number(headers['x-ratelimit-reset']) * 1_000 + 1_000)
  }
  return status === 429 || /secondary rate/i.test(message) ? new Date(now.getTime() + 60_000) : null
}

/** A failure with a name and a remedy. `doing` completes "while …". */
export function failureOf(thrown: unknown, doing: string, repo: string): LoopworkError {
  if (thrown instanceof LoopworkError) return thrown
  const refusal = refusalIn(thrown)
  if (!refusal) return silence(thrown, doing)
  const { status, message } = refusal
  const said = `GitHub said ${status} (${message || 'nothing more'}) while ${doing}`
  const fail = (code: 'unavailable' | 'not_found' | 'invalid', hint: string) =>
    new LoopworkError(code, said, { hint, cause: thrown })
  if (status === 401) {
    return fail('unavailable', 'The token is wrong or has expired: set GITHUB_TOKEN, or run `gh auth login`.')
  }
  if (status === 403 && /archived/i.test(message)) return archived(repo, thrown)
  if (status === 403) {
    return fail(
      'unavailable',
      `The token may not do this. It needs the scope "repo", or for ${repo} the permission "Issues: read and write".`,
    )
  }
  if (status === 404) {
    return fail('not_found', `See whether ${repo} is spelled right, and whether the token may see it.`)
  }
  if (status === 410) return fail('not_found', 'It was deleted, or the repository has no issues.')
  if (status === 422) return fail('invalid', 'What was sent does not suit GitHub: see the words above.')
  return fail('unavailable', 'See https://www.githubstatus.com. What is to be told is told when it is back.')
}

/** The refusal of a repository that is read-only for good. */
export function archived(repo: string, cause?: unknown): LoopworkError {
  return new LoopworkError('unavailable', `${repo} is archived, so nothing can be changed there`, {
    hint: 'Unarchive it in its settings, or name another repository.',
    cause,
  })
}

/** The refusal while a limit is in force. */
export function limited(until: Date): LoopworkError {
  const at = until.toISOString().slice(0, 19).replace('T', ' ')
  return new LoopworkError('unavailable', `GitHub's rate limit is used up until ${at} UTC`, {
    hint: 'Nothing is lost: work goes on with what is known, and GitHub is told afterwards.',
  })
}

function silence(thrown: unknown, doing: string): LoopworkError {
  const { name, message, cause } = thrown as Error
  const isSlow = name === 'TimeoutError' || (cause as Error | undefined)?.name === 'TimeoutError'
  const why = isSlow ? 'it took too long' : ((cause as Error | undefined)?.message ?? message)
  return new LoopworkError('unavailable', `GitHub did not answer while ${doing}: ${why}`, {
    hint: 'See the network. Nothing is lost: GitHub is told when it is back.',
    cause: thrown,
  })
}
