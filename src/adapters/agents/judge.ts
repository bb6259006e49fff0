import type { AgentExit, AgentResult } from '../../ports/agent.ts'
import { endedByUs } from './ended-by-us.ts'
import { failureIn } from './failure-in.ts'
import { firstLine } from './first-line.ts'

/** What a reader has made out by the time the agent has ended. */
export type Evidence = {
  /** What the final record says; null where there was none. */
  readonly final: AgentResult | null
  /** Whether there were records at all. An older version may answer in plain text. */
  readonly hasRecords: boolean
  /** What was last said that is not the model's own words: a model may well speak of limits. */
  readonly lastText: string
  readonly lastError: string
}

/**
 * Judges an attempt. Exit status 0 is not success: the final record, the exit status and what was done to the
 * agent decide together. Of a version that answers in plain text the exit status alone decides; one that said
 * nothing at all has done nothing.
 */
export function judge(exit: AgentExit, evidence: Evidence, now: Date): AgentResult {
  const { final, hasRecords, lastText, lastError } = evidence
  const ours = endedByUs(exit)
  if (ours) return exit.endedBy === 'nobody-knows' && final?.ok ? final : ours
  if (final && !final.ok) return final
  if (exit.code !== 0) return byWords(exit, lastError || lastText, now)
  if (final) return final
  if (!hasRecords && lastText) return { ok: true, summary: firstLine(lastText) }
  return {
    ok: false,
    kind: 'crash',
    reason: hasRecords ? 'it ended without a final record' : 'it ended without a word',
  }
}

function byWords(exit: AgentExit, said: string, now: Date): AgentResult {
  const how = exit.signal ? `it was ended by ${exit.signal}` : `it exited with ${exit.code}`
  if (!said) return { ok: false, kind: 'crash', reason: how }
  const failure = failureIn(said, now)
  return failure.ok ? failure : { ...failure, reason: `${how}: ${failure.reason}` }
}
