import type { AgentReader } from '../../ports/agent.ts'
import type { JobState } from '../../ports/jobs.ts'
import type { House } from '../house.ts'
import type { Left } from './report-end.ts'

/** What an attempt leaves behind: what its reader made out, and what its supervisor wrote down. */
export async function leftBy(house: House, reader: AgentReader, end: JobState): Promise<Left> {
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
