import { blameOf, limitGuess } from '../../machines/retry.ts'
import type { Request } from '../../machines/subjects.ts'
import type { Remains } from '../../machines/task/commands.ts'
import type { AttemptInput } from '../../machines/task/moves.ts'
import type { AgentResult } from '../../ports/agent.ts'
import type { House } from '../house.ts'

/** What an attempt leaves behind besides its number. */
export type Left = Omit<Remains, 'attempt'>

/** What an attempt leaves behind that never ran. */
export const nothing: Left = { usage: null, agentSession: null, durationMs: null, exit: null, output: null }

/** Writes down how an attempt ended, and keeps its agent from others where the end says so. */
export async function reportEnd(
  house: House,
  { task, attempt }: AttemptInput,
  result: AgentResult,
  left: Left,
): Promise<void> {
  const remains = { ...left, attempt: attempt.attempt }
  if (result.ok) {
    const { verify } = house.plan
    await house.dispatch([
      { stream: task, command: { type: 'reportSuccess', remains, summary: result.summary, verify } },
    ])
    return
  }
  const { kind, reason, resetsAt } = result
  const isLimit = kind === 'limit'
  const until = isLimit
    ? (resetsAt?.toISOString() ?? limitGuess(house.plan.retry, 1, house.clock.now()))
    : null
  await house.dispatch([
    {
      stream: task,
      command: { type: 'reportFailure', remains, kind, reason, resetsAt: resetsAt?.toISOString() ?? null },
    },
    ...(isLimit ? [bar(house, attempt, reason, until)] : []),
    ...(blameOf(kind) === 'account' ? [bar(house, { ...attempt, model: null }, reason, null)] : []),
  ])
}

function bar(
  { plan }: House,
  { agent, model }: { agent: string; model: string | null },
  reason: string,
  until: string | null,
): Request {
  return { stream: plan.loop, command: { type: 'bar', agent, model, until, reason } }
}
