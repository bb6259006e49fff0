import type { AgentResult } from '../../ports/agent.ts'
import { failureIn } from './failure-in.ts'
import { asRecord, asText, type JsonRecord, recordIn } from './record.ts'
import { resetTimeOf } from './reset-time.ts'

/** What an error of opencode says to a person: the words of the provider. */
export function messageOf(error: JsonRecord): string {
  return asText(asRecord(error.data).message) || asText(error.name)
}

/** The error that opencode ended with. It hands on what the provider said, with its headers and its body. */
export function opencodeFailure(error: JsonRecord, now: Date): AgentResult {
  const data = asRecord(error.data)
  const status = typeof data.statusCode === 'number' ? ` (${data.statusCode})` : ''
  const failure = failureIn(messageOf(error) + status, now)
  if (failure.ok) return failure
  if (failure.kind === 'overloaded' && isOurs(error)) return { ...failure, kind: 'crash' }
  if (failure.kind === 'crash' && /auth/i.test(asText(error.name))) {
    return { ...failure, kind: 'authentication' }
  }
  if (failure.kind === 'crash' && data.isRetryable === true) return { ...failure, kind: 'overloaded' }
  if (failure.kind !== 'limit' || failure.resetsAt) return failure
  const resetsAt = resetTimeIn(data, now)
  return resetsAt ? { ...failure, resetsAt } : failure
}

/** Whether the request was at fault, whatever its words: another try would fare no better. */
function isOurs(error: JsonRecord): boolean {
  if (error.name === 'ContextOverflowError') return true
  const { statusCode, isRetryable } = asRecord(error.data)
  if (typeof statusCode !== 'number' || isRetryable === true) return false
  return statusCode >= 400 && statusCode < 500 && ![408, 425, 429].includes(statusCode)
}

/** From the body of the answer, else from its headers; they are in seconds since 1970, but for `retry-after`. */
function resetTimeIn({ responseBody, responseHeaders }: JsonRecord, now: Date): Date | null {
  const headers = asRecord(responseHeaders)
  const seconds = (name: string): number => Number(asText(headers[name]) || Number.NaN)
  const isLongWindow = seconds('x-codex-primary-used-percent') < 100
  return (
    resetTimeOf(asRecord(recordIn(asText(responseBody))?.error).resets_at, now) ??
    resetTimeOf(seconds('anthropic-ratelimit-unified-reset'), now) ??
    resetTimeOf(seconds(`x-codex-${isLongWindow ? 'secondary' : 'primary'}-reset-at`), now) ??
    resetTimeOf(now.getTime() / 1000 + seconds('retry-after'), now)
  )
}
