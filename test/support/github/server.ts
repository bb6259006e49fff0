import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Call, notFound, type Reply, routes } from './routes.ts'
import { createState, type State } from './state.ts'

/** A request as the server saw it, and what it answered. */
export type Seen = {
  readonly method: string
  readonly path: string
  readonly query: string
  readonly body: Record<string, unknown>
  readonly isConditional: boolean
  status: number
}

/**
 * What goes wrong with one request. `cut`: the connection breaks; `isDone` says whether what was asked is
 * done all the same. `hang`: no answer comes.
 */
export type Fault =
  | { readonly reply: Reply }
  | { readonly cut: true; readonly isDone: boolean }
  | { readonly hang: true; readonly isDone: boolean }
  | { readonly afterMs: number }

export type GitHub = {
  readonly url: string
  readonly state: State
  readonly seen: Seen[]
  /** Requests left, as the headers say it. */
  quota: { remaining: number; resetsAt: number }
  token: string
  /** What a classic token may do; null for one without scopes. */
  scopes: string | null
  /** Asked before every request is looked at. */
  fault: (seen: Seen, nth: number) => Fault | null
  close(): Promise<void>
}

export const secondaryLimit = (seconds: number): Reply => ({
  status: 403,
  data: {
    message: 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.',
  },
  headers: { 'retry-after': String(seconds) },
})

/** A GitHub on loopback: one repository, in memory, that speaks the REST API over HTTP. */
export async function startGitHub(repo = 'acme/app'): Promise<GitHub> {
  const state = createState(repo)
  const server = createServer((request, response) => void answer(request, response))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  const github: GitHub = {
    url,
    state,
    seen: [],
    quota: { remaining: 5_000, resetsAt: Math.ceil(Date.now() / 1000) + 3_600 },
    token: 'ghp_loopback_0123456789',
    scopes: 'repo',
    fault: () => null,
    close: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const call = await callOf(request, url)
    const seen = seenOf(call, request)
    github.seen.push(seen)
    const fault = github.fault(seen, github.seen.length)
    if (fault && 'isDone' in fault) return breakOff(fault, response, () => respond(github, request, call))
    if (fault && 'afterMs' in fault) await new Promise((resolve) => setTimeout(resolve, fault.afterMs))
    const reply = fault && 'reply' in fault ? fault.reply : respond(github, request, call)
    seen.status = reply.status
    response.writeHead(reply.status, { 'content-type': 'application/json; charset=utf-8', ...reply.headers })
    response.end(reply.status === 304 || reply.status === 204 ? undefined : JSON.stringify(reply.data))
  }
  return github
}

function breakOff(
  fault: Extract<Fault, { isDone: boolean }>,
  response: ServerResponse,
  work: () => unknown,
): void {
  if (fault.isDone) work()
  if ('cut' in fault) response.destroy()
}

async function callOf(request: IncomingMessage, base: string): Promise<Call> {
  const { pathname, searchParams } = new URL(request.url ?? '/', base)
  let text = ''
  for await (const chunk of request) text += chunk
  const body = text === '' ? {} : JSON.parse(text)
  return { method: request.method ?? '', path: pathname, query: searchParams, body, base }
}

function seenOf({ method, path, query, body }: Call, request: IncomingMessage): Seen {
  const isConditional = request.headers['if-none-match'] !== undefined
  return { method, path, query: query.toString(), body, isConditional, status: 0 }
}

/** What the server says when nothing goes wrong. */
function respond(github: GitHub, request: IncomingMessage, call: Call): Reply {
  const { quota, state } = github
  const limits = (): Record<string, string> => ({
    'x-ratelimit-limit': '5000',
    'x-ratelimit-remaining': String(quota.remaining),
    'x-ratelimit-reset': String(quota.resetsAt),
    'x-ratelimit-resource': 'core',
    ...(github.scopes === null ? {} : { 'x-oauth-scopes': github.scopes }),
  })
  if (request.headers.authorization !== `token ${github.token}`) {
    return { status: 401, data: { message: 'Bad credentials' } }
  }
  if (quota.remaining <= 0) {
    return { status: 403, data: { message: 'API rate limit exceeded for user ID 1.' }, headers: limits() }
  }
  const reply = routed(state, call)
  const etag = `W/"${createHash('sha256').update(JSON.stringify(reply.data)).digest('hex')}"`
  if (call.method === 'GET' && reply.status === 200 && request.headers['if-none-match'] === etag) {
    return { status: 304, data: null, headers: { ...limits(), etag } } // costs nothing
  }
  quota.remaining -= 1
  return { ...reply, headers: { ...limits(), ...(call.method === 'GET' ? { etag } : {}), ...reply.headers } }
}

function routed(state: State, call: Call): Reply {
  if (call.method === 'GET' && call.path === '/user') return { status: 200, data: { login: state.login } }
  const [, repo = '', rest = ''] = /^\/repos\/([^/]+\/[^/]+)(.*)$/.exec(call.path) ?? []
  if (state.formerNames.has(repo)) {
    const location = `${call.base}/repos/${state.repo}${rest}`
    return { status: 301, data: { message: 'Moved Permanently', url: location }, headers: { location } }
  }
  if (repo !== state.repo) return notFound
  if (state.isArchived && call.method !== 'GET') {
    return { status: 403, data: { message: 'Repository was archived so is read-only.' } }
  }
  for (const [method, pattern, handle] of routes) {
    const found = pattern.exec(rest)
    if (found && method === call.method) return handle(state, call, found.slice(1))
  }
  return notFound
}
