import { retry } from '@octokit/plugin-retry'
import { throttling } from '@octokit/plugin-throttling'
import { Octokit } from '@octokit/rest'
import { LoopworkError } from '../../errors.ts'
import { failureOf, limited, limitIn, refusalIn } from './failures.ts'
import type { GitHubOptions } from './options.ts'
import { paced } from './paced.ts'
import { createStanding, type Standing } from './standing.ts'

/** An answer; `data` is null where nothing has changed since the answer with this etag. */
export type Answer<T> = { readonly data: T | null; readonly etag: string | null; readonly isLast: boolean }

/** GitHub's REST API, for one repository. Paths are below it. Failures have names. */
export type Client = {
  /** The repository's present name, which may be another than the one it was opened by. */
  readonly repo: string
  readonly standing: Standing
  /** Before this instant a limit lets nothing through. */
  readonly blockedUntil: Date | null
  get<T>(
    path: string,
    query?: Readonly<Record<string, string | number>>,
    etag?: string | null,
  ): Promise<Answer<T>>
  all<T>(path: string): Promise<T[]>
  /** A write: one that may be repeated without harm, or one that may not, `POST`. */
  send<T>(
    method: 'POST' | 'PATCH' | 'DELETE',
    path: string,
    body: Readonly<Record<string, unknown>>,
  ): Promise<T>
  login(): Promise<string>
  close(): void
}

const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }
const apiVersion = '2022-11-28'
/** The longest wait for a limit that a request does by itself; longer ones are the caller's to plan. Seconds. */
const patience = 2

export function createClient(options: GitHubOptions): Client {
  const { clock, token, baseUrl, writeMs } = options
  const closing = new AbortController()
  let repo = options.repo
  const standing = createStanding()
  let blockedUntil: Date | null = null
  let login: Promise<string> | null = null

  const mayWait = (seconds: number, _: unknown, __: unknown, tries: number) =>
    seconds <= patience && tries < 2
  const octokit = new (Octokit.plugin(throttling, retry))({
    auth: token,
    baseUrl,
    log: quiet,
    userAgent: 'loopwork',
    throttle: {
      onRateLimit: mayWait,
      onSecondaryRateLimit: mayWait,
      ...(writeMs === null
        ? {}
        : ({ write: paced(writeMs, clock), notifications: paced(0, clock) } as object)),
    },
    retry: { retryAfterBaseValue: options.retryMs },
  })

  /** One request to an absolute URL. A limit that is known to be in force is not tried. */
  const ask = async (method: string, url: string, given: Asked): Promise<Heard> => {
    if (blockedUntil && blockedUntil > clock.now()) throw limited(blockedUntil)
    blockedUntil = null
    const signal = AbortSignal.any([closing.signal, AbortSignal.timeout(options.timeoutMs)])
    try {
      const heard = await octokit.request({
        method: method as 'GET',
        url,
        ...given.body,
        headers: {
          'x-github-api-version': apiVersion,
          ...(given.etag ? { 'if-none-match': given.etag } : {}),
        },
        request: { redirect: 'manual', signal, ...(method === 'POST' ? { retries: 0 } : {}) },
      })
      standing.heed(heard.headers)
      return heard as Heard
    } catch (thrown) {
      return answerIn(thrown, given.doing)
    }
  }

  /** What a thrown thing says of the answer: that nothing has changed, or a failure with a name. */
  const answerIn = (thrown: unknown, doing: string): Heard => {
    const refusal = refusalIn(thrown)
    if (!refusal) throw failureOf(thrown, doing, repo)
    standing.heed(refusal.headers)
    if (refusal.status === 304) return { status: 304, data: null, headers: refusal.headers }
    blockedUntil = limitIn(refusal, clock.now())
    throw blockedUntil ? limited(blockedUntil) : failureOf(thrown, doing, repo)
  }

  /** Finds the repository's new name; false where it has kept its old one. */
  const isRenamed = async (): Promise<boolean> => {
    const doing = `looking for ${repo}`
    const found = await ask('GET', `/repos/${repo}`, { doing })
    if (!isMoved(found)) return false
    const there = await ask('GET', String(found.headers.location), { doing })
    const name = (there.data as { full_name?: string } | null)?.full_name
    if (!name) throw new LoopworkError('not_found', `${repo} has moved, and nobody knows where to`)
    repo = name
    return true
  }

  const within = async (method: string, path: string, given: Asked): Promise<Heard> => {
    const heard = await ask(method, `/repos/${repo}${path}`, given)
    if (!isMoved(heard)) return heard
    if (await isRenamed()) return ask(method, `/repos/${repo}${path}`, given)
    throw new LoopworkError(
      'not_found',
      `${path.slice(1)} of ${repo} was moved to ${heard.headers.location}`,
      {
        hint: 'It belongs to another repository now.',
      },
    )
  }

  const get = async <T>(
    path: string,
    query: Record<string, string | number> = {},
    etag: string | null = null,
  ) => {
    const words = new URLSearchParams()
    for (const [name, value] of Object.entries(query)) words.set(name, String(value))
    const full = words.size > 0 ? `${path}?${words}` : path
    const { status, data, headers } = await within('GET', full, { etag, doing: `reading ${path || repo}` })
    return {
      data: status === 304 ? null : (data as T),
      etag: headers.etag ? String(headers.etag) : null,
      isLast: !/rel="next"/.test(String(headers.link ?? '')),
    }
  }

  return {
    get repo() {
      return repo
    },
    standing,
    get blockedUntil() {
      return blockedUntil
    },
    get,
    all: async <T>(path: string) => {
      const rows: T[] = []
      for (let page = 1; ; page += 1) {
        const { data, isLast } = await get<T[]>(path, { per_page: 100, page })
        rows.push(...(data ?? []))
        if (isLast) return rows
      }
    },
    send: async <T>(method: string, path: string, body: Readonly<Record<string, unknown>>) =>
      (await within(method, path, { body, doing: `changing ${path.slice(1)}` })).data as T,
    login: () => {
      login ??= ask('GET', '/user', { doing: 'asking whose token it is' }).then(
        ({ data }) => (data as { login: string }).login,
      )
      return login
    },
    close: () => closing.abort(),
  }
}

type Asked = {
  readonly doing: string
  readonly body?: Readonly<Record<string, unknown>>
  readonly etag?: string | null
}
type Heard = {
  readonly status: number
  readonly data: unknown
  readonly headers: Readonly<Record<string, string | number | undefined>>
}

function isMoved({ status }: Heard): boolean {
  return status >= 300 && status < 400 && status !== 304
}
