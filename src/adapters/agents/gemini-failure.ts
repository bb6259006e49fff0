import type { FailureKind } from '../../events/shapes.ts'
import type { AgentExit, AgentResult } from '../../ports/agent.ts'
import { failureIn } from './failure-in.ts'

/** Its own exit codes: they say more than its words. */
const byOwnExit: Readonly<Record<number, FailureKind>> = {
  41: 'authentication',
  44: 'launch', // no sandbox
  52: 'launch', // its configuration
  53: 'turns',
  55: 'permission', // a folder that it does not trust
}

/** HTTP statuses cut to a byte: they say less than its words. 400, which is 144, is anything but one kind. */
const byStatus: Readonly<Record<number, FailureKind>> = {
  147: 'authentication',
  173: 'overloaded',
  244: 'overloaded',
  247: 'overloaded',
}

/** What the final record of Gemini CLI says of a failure. A quota that is soon free again is a rate. */
export function geminiFailure(text: string, now: Date): AgentResult {
  const failure = failureIn(text, now)
  const isRate = /suggested retry after \d/i.test(text)
  return !failure.ok && failure.kind === 'billing' && isRate ? { ...failure, kind: 'overloaded' } : failure
}

/** What its exit code adds to the judgement of a failed attempt. */
export function byExitOfGemini(judged: AgentResult, { endedBy, code }: AgentExit): AgentResult {
  if (judged.ok || endedBy !== 'itself' || code === null) return judged
  const kind = byOwnExit[code] ?? (judged.kind === 'crash' ? kindOfStatus(code, judged.reason) : undefined)
  return kind ? { ...judged, kind } : judged
}

function kindOfStatus(code: number, reason: string): FailureKind | undefined {
  return code === 144 && /api[ _]?key/i.test(reason) ? 'authentication' : byStatus[code]
}
