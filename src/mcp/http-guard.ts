import { timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

/** Why a request is turned away before anybody looks at what it asks. */
export type Rejection = { readonly status: number; readonly message: string }

const loopback = new Set(['127.0.0.1', 'localhost', '[::1]'])

/**
 * Lets in only who speaks to this machine by its own name, from no page of elsewhere, and knows the token:
 * a page in a browser can reach a loopback port, but can fake neither its origin nor the host it names.
 */
export function rejectionOf(request: IncomingMessage, token: string): Rejection | null {
  const { host, origin, authorization } = request.headers
  if (!loopback.has(hostOf(`http://${host}`))) return { status: 403, message: 'this host is not served' }
  if (origin !== undefined && !loopback.has(hostOf(origin))) {
    return { status: 403, message: 'this origin is not served' }
  }
  const given = /^Bearer (.+)$/i.exec(authorization ?? '')?.[1] ?? ''
  return isSame(given, token) ? null : { status: 401, message: 'the token is missing or wrong' }
}

function hostOf(url: string): string {
  try {
    return new URL(url).hostname
  } catch {
    return '' // no address at all
  }
}

/** Compares without telling by the time it takes how much was right. */
function isSame(given: string, token: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(token)]
  return a.length === b.length && timingSafeEqual(a, b)
}
