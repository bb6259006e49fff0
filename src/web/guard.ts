import { timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

/** What a request is refused with; null where it may pass. */
export type Refusal = { readonly status: number; readonly message: string }

/** Browsers keep cookies by host alone: two projects that are looked at must not take each other's. */
const cookieName = (port: number): string => `loopwork-token-${port}`

/** The cookie that carries the token once the link was opened: no script sees it, no other site sends it. */
export function cookieOf(token: string, port: number): string {
  return `${cookieName(port)}=${token}; HttpOnly; SameSite=Strict; Path=/`
}

/**
 * Lets only those pass who were given the link, on this machine: the host must be the one we listen on (or a
 * page elsewhere could reach us by a name that it makes point here), the origin must be ours where a browser
 * names one, and the token must come with the link, its cookie, or as a bearer.
 */
export function refusalOf(request: IncomingMessage, port: number, token: string): Refusal | null {
  const { host, origin } = request.headers
  const own = ['127.0.0.1', 'localhost'].map((name) => `${name}:${port}`)
  if (!host || !own.includes(host)) return { status: 403, message: 'This host name is not served here.' }
  if (origin !== undefined && !own.some((name) => origin === `http://${name}`)) {
    return { status: 403, message: 'Requests of other pages are refused.' }
  }
  if (tokensIn(request, port).some((given) => isSame(given, token))) return null
  return { status: 401, message: 'Open the whole link that `loopwork ui` printed: it holds a token.' }
}

/** The token in the link itself. */
export function tokenInLink(request: IncomingMessage): string | null {
  return new URL(request.url ?? '/', 'http://localhost').searchParams.get('token')
}

function tokensIn(request: IncomingMessage, port: number): string[] {
  const { authorization = '', cookie = '' } = request.headers
  const bearer = /^Bearer (.+)$/.exec(authorization)?.[1]
  const kept = cookie
    .split(';')
    .map((pair) => pair.trim())
    .find((pair) => pair.startsWith(`${cookieName(port)}=`))
    ?.slice(cookieName(port).length + 1)
  return [tokenInLink(request), bearer, kept].filter((given): given is string => Boolean(given))
}

function isSame(given: string, token: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(token)]
  return a.length === b.length && timingSafeEqual(a, b)
}
