import type { FailureKind } from '../../events/shapes.ts'
import type { AgentResult } from '../../ports/agent.ts'
import { firstLine } from './first-line.ts'
import { resetTimeIn } from './reset-time.ts'

/**
 * What the words of a failure say about its kind. Only ever asked about failures: a success may well speak of
 * rate limits. First match wins.
 */
const kinds: readonly (readonly [RegExp, FailureKind])[] = [
  [/rate limit reached|(retry|try again) in [\d.]+ ?m?s\b/i, 'overloaded'],
  [/you['’]ve hit your [^.]*limit|usage limit|limit reached|exhausted your (daily quota|capacity)/i, 'limit'],
  [
    /credit balance|billing|quota exceeded|exceeded your current quota|usage credits|spend(ing)? (limit|cap)|payment required|\b402\b/i,
    'billing',
  ],
  [/too many requests|rate limit|\b429\b/i, 'overloaded'],
  [
    /(invalid|incorrect) api key|api key not valid|not logged in|run \/login|unauthori[sz]ed|account on hold/i,
    'authentication',
  ],
  [/\b40[13]\b|authentication|missing environment variable|must specify the \w+_API_KEY/i, 'authentication'],
  [/\bmodels?\b.*(does not exist|not found|may not exist)/i, 'launch'],
  [
    /patch rejected|permission denied by|read-only sandbox|untrusted|not inside a trusted directory/i,
    'permission',
  ],
  [/max(imum)? (session )?turns|loop detected/i, 'turns'],
  [/overloaded|at capacity|\b5\d\d\b|server error|unavailable|timed out/i, 'overloaded'],
  [/connection|connect to api|fetch failed|econn|socket|network|stream disconnected/i, 'overloaded'],
]

/** A failed attempt, judged by its words. */
export function failureIn(text: string, now: Date, otherwise: FailureKind = 'crash'): AgentResult {
  const kind = kinds.find(([pattern]) => pattern.test(text))?.[1] ?? otherwise
  const resetsAt = kind === 'limit' ? resetTimeIn(text, now) : null
  const reason = firstLine(text) || 'no reason was given'
  return { ok: false, kind, reason, ...(resetsAt ? { resetsAt } : {}) }
}
