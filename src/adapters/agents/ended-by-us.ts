import type { AgentExit, AgentResult } from '../../ports/agent.ts'

/** The result of an attempt that did not end by itself; null where the agent's own word counts. */
export function endedByUs({ endedBy, problem }: AgentExit): AgentResult | null {
  switch (endedBy) {
    case 'timeout':
      return { ok: false, kind: 'timeout', reason: 'it ran longer than it may' }
    case 'output':
      return { ok: false, kind: 'output', reason: problem ?? 'it printed more than it may' }
    case 'stopped':
      return { ok: false, kind: 'stopped', reason: 'it was stopped' }
    case 'launch':
      return { ok: false, kind: 'launch', reason: problem ?? 'it could not be started' }
    case 'nobody-knows':
      return { ok: false, kind: 'interrupted', reason: problem ?? 'it ended while nobody watched' }
    case 'itself':
      return null
  }
}
