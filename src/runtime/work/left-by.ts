import type { AgentExit, AgentReader } from '../../ports/agent.ts'
import type { JobState } from '../../ports/jobs.ts'
import type { House } from '../house.ts'
import type { Left } from './report-end.ts'

/** What an attempt leaves behind: what its reader made out, and what its supervisor wrote down. */
export async function leftBy(house: Pick<House, 'price'>, reader: AgentReader, end: JobState): Promise<Left> {
  const usage = await house.price(reader.usage())
  const agentSession = reader.session()
  if (end.is !== 'ended') return { usage, agentSession, durationMs: null, exit: null, output: null }
  const { code, signal, startedAt, endedAt, stdoutBytes, stderrBytes, truncated } = end.exit
  return {
    usage,
    agentSession,
    durationMs: new Date(endedAt).getTime() - new Date(startedAt).getTime(),
    exit: { code, signal },
    output: { stdoutBytes, stderrBytes, truncated },
  }
}

/** How the process of an attempt ended, as its reader is told. */
export function exitOf(end: JobState): AgentExit {
  const unknown = { code: null, signal: null, endedBy: 'nobody-knows' } as const
  if (end.is === 'absent') return { ...unknown, problem: 'its files were removed while it ran' }
  if (end.is !== 'ended') return unknown
  const { code, signal, endedBy, problem } = end.exit
  return { code, signal, endedBy, ...(problem === undefined ? {} : { problem }) }
}
