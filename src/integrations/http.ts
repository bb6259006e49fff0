import { setTimeout as pause } from 'node:timers/promises'
import { LoopworkError } from '../errors.ts'
import { type Exchange, exchange } from './exchange.ts'

/** What a service answered. */
export type Answer = { readonly status: number; readonly body: unknown }

export type Call = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  /** Sent as JSON; text is sent as it is. */
  readonly body?: unknown
  readonly signal: AbortSignal
  readonly timeoutMs?: number
  /** Further statuses that are fine, such as 404 for what is to be deleted. */
  readonly fine?: readonly number[]
}

export type Http = (call: Call) => Promise<Answer>

const timeoutMs = 15_000
/** A service that asks for a longer pause is asked again by whoever wants the delivery made. */
const longestPauseMs = 30_000
const mostPauses = 3
const mostBytes = 1_000_000

/**
 * Talks to one service. Waits where it says so, and names what goes wrong by what can be done about it:
 * `rejected` for credentials (`credentials` says where they come from), `invalid` for what it will never take,
 * `unavailable` for all that may go better later. Nothing it says holds a secret.
 */
export function createHttp(given: {
  readonly service: string
  readonly credentials: string
  readonly secrets: readonly (string | undefined)[]
  /** Statuses by which this service refuses credentials. Default: 401 and 403. */
  readonly denials?: readonly number[]
}): Http {
  const { service, credentials, denials = [401, 403] } = given
  const secrets = given.secrets.filter((secret) => secret !== undefined && secret !== '')
  const clean = (text: string): string =>
    secrets.reduce<string>((sofar, secret) => sofar.replaceAll(String(secret), '***'), text)

  const send = async (call: Call): Promise<Answer & { readonly retryAfterMs: number | null }> => {
    try {
      const { status, headers, text } = await exchange(requestOf(call))
      const answer = parse(text.slice(0, mostBytes))
      return { status, body: answer, retryAfterMs: pauseIn(headers['retry-after'], answer) }
    } catch (thrown) {
      throw new LoopworkError('unavailable', clean(`${service} does not answer: ${causeOf(thrown)}`))
    }
  }

  const refusal = (status: number, said: string, retryAfterMs: number | null): LoopworkError => {
    if (denials.includes(status))
      return new LoopworkError('rejected', said, { hint: `Check ${credentials}.` })
    const mayPass = status === 429 || status === 408 || status >= 500
    return new LoopworkError(mayPass ? 'unavailable' : 'invalid', said, { cause: { retryAfterMs } })
  }

  return async (call) => {
    for (let pauses = 0; ; pauses += 1) {
      const { status, body, retryAfterMs } = await send(call)
      if (isFine(status, call)) return { status, body }
      const isPatient = pauses < mostPauses && (retryAfterMs ?? 0) <= longestPauseMs
      if (status !== 429 || !isPatient) {
        throw refusal(status, clean(`${service} answered ${status}${reasonIn(body)}`), retryAfterMs)
      }
      await pause(retryAfterMs ?? 1_000, undefined, { signal: call.signal })
    }
  }
}

function requestOf({ method, url, headers = {}, body, signal, timeoutMs: its = timeoutMs }: Call): Exchange {
  const request = {
    method,
    url,
    headers,
    body: null,
    signal: AbortSignal.any([signal, AbortSignal.timeout(its)]),
  }
  if (body === undefined) return request
  return {
    ...request,
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  }
}

/** Why there was no answer: of a name with several addresses, what the first of them came to. */
function causeOf(thrown: unknown): string {
  const { message, errors, code, cause } = Object(thrown)
  if (Object(cause).name === 'TimeoutError') return Object(cause).message
  return message || Object(Array.isArray(errors) ? errors[0] : null).message || code || String(thrown)
}

function isFine(status: number, { fine = [] }: Call): boolean {
  return (status >= 200 && status < 300) || fine.includes(status)
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** How long a service asks us to wait: by the header, or in the body as Telegram and Discord do. */
function pauseIn(header: string | undefined, body: unknown): number | null {
  const { retry_after: seconds, parameters } = Object(body)
  const said = seconds ?? Object(parameters).retry_after ?? header
  if (said === null || said === undefined) return null
  const asSeconds = Number(said)
  if (!Number.isNaN(asSeconds)) return Math.ceil(asSeconds * 1000)
  const instant = Date.parse(String(said))
  return Number.isNaN(instant) ? null : Math.max(0, instant - Date.now())
}

/** What a service says of a refusal, wherever it says it. */
function reasonIn(body: unknown): string {
  const { description, message, error, errors } = Object(body)
  const first = Array.isArray(errors) ? Object(errors[0]).message : undefined
  const said = [description, message, first, error, body].find((one) => typeof one === 'string' && one !== '')
  return said === undefined ? '' : `: ${String(said).slice(0, 200)}`
}
