import type { FailureKind } from '../../events/shapes.ts'
import type { AgentResult } from '../../ports/agent.ts'
import { failureIn } from './failure-in.ts'
import { firstLine } from './first-line.ts'
import { asText, type JsonRecord } from './record.ts'
import { resetTimeIn, resetTimeOf } from './reset-time.ts'

/** What the subtype of a result that is an error stands for; `success` is one of them. */
const bySubtype: Readonly<Record<string, FailureKind>> = {
  error_max_turns: 'turns',
  error_max_budget_usd: 'budget',
  error_max_structured_output_retries: 'crash',
}

/** The result record of Claude Code when it is an error, with the limit that was met, if there was one. */
export function claudeFailure(
  result: JsonRecord,
  limit: JsonRecord | null,
  complaint: string,
  now: Date,
): AgentResult {
  const errors = Array.isArray(result.errors) ? result.errors.map(asText).join('\n') : ''
  const subtype = asText(result.subtype)
  const text = asText(result.result) || errors || complaint || (subtype.startsWith('error') ? subtype : '')
  const kind = bySubtype[subtype]
  if (kind) return { ok: false, kind, reason: firstLine(text) || subtype }
  if (limit || result.api_error === 'usage_limit_reached') {
    const resetsAt = resetTimeOf(limit?.resetsAt, now) ?? resetTimeIn(text, now)
    const reason = firstLine(text) || 'a usage limit was reached'
    return { ok: false, kind: 'limit', reason, ...(resetsAt ? { resetsAt } : {}) }
  }
  const known = byError[asText(result.api_error_type)] ?? byError[asText(result.error)]
  const failure = failureIn(text, now)
  return known && !failure.ok && failure.kind === 'crash' ? { ...failure, kind: known } : failure
}

/** The names that the API and the program itself have for errors. */
const byError: Readonly<Record<string, FailureKind>> = {
  authentication_error: 'authentication',
  authentication_failed: 'authentication',
  permission_error: 'authentication',
  account_on_hold: 'authentication',
  cloud_credential_error: 'authentication',
  oauth_org_not_allowed: 'authentication',
  verification_required: 'authentication',
  billing_error: 'billing',
  overloaded: 'overloaded',
  overloaded_error: 'overloaded',
  rate_limit: 'overloaded',
  rate_limit_error: 'overloaded',
  api_error: 'overloaded',
  server_error: 'overloaded',
}
