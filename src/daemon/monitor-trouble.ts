import type { App } from '../app.ts'
import type { Fact } from '../events/catalogue.ts'
import { findingsKey, stateKey, troubleIn } from '../integrations/ai-monitor.ts'
import { isTrouble, knownTrouble } from '../integrations/monitor/known-trouble.ts'
import {
  lookAt,
  type MonitorFinding,
  type MonitorState,
  mostAsked,
  type Trouble,
  unused,
  withFinding,
} from '../integrations/monitor/monitor.ts'
import { keptKey, ownerOf } from '../plugins/reports.ts'
import type { Reply } from './ask-agent.ts'

export type { MonitorFinding } from '../integrations/monitor/monitor.ts'

/** What the monitor of a namespace has found, and how often it has asked an agent. */
export type MonitorRecord = {
  readonly namespace: string
  readonly asked: number
  readonly mostAsked: number
  readonly findings: readonly MonitorFinding[]
}

/** What is kept of the monitor of a namespace. */
export async function readMonitor(
  { plugins }: Pick<App, 'plugins'>,
  namespace: string,
): Promise<MonitorRecord> {
  const owner = ownerOf(namespace, 'aiMonitor')
  const state = (await plugins.get(owner, keptKey(stateKey))) as MonitorState | undefined
  const findings = ((await plugins.get(owner, keptKey(findingsKey))) ?? []) as readonly MonitorFinding[]
  return { namespace, asked: state?.asked ?? 0, mostAsked, findings }
}

/** Somebody who looks at trouble by hand, besides a run or after it. */
export type Onlooker = {
  /** What is to be said of a fact; null where there is nothing. */
  fact(fact: Fact): Promise<Remark | null>
  /** The same of a line out of a log of whatever kind. */
  line(line: string, place: string): Promise<Remark | null>
}

/** A finding, or why there is none of what has no name. */
export type Remark = {
  readonly trouble: Trouble
  readonly finding: MonitorFinding | null
  readonly left: string | null
}

/** Opens an onlooker; `ask` null asks nobody and keeps nothing. */
export function createOnlooker(
  app: App,
  given: {
    readonly namespace: string
    readonly session: string
    readonly ask: ((prompt: string) => Promise<Reply>) | null
  },
): Onlooker {
  const { namespace, session, ask } = given
  let state = unused(session)

  const look = async (trouble: Trouble): Promise<Remark | null> => {
    const looked = await lookAt(trouble, state, { now: app.clock.now(), ask, context: async () => '' })
    state = looked.state
    const { finding, left } = looked
    if (finding && ask) await keep(app, namespace, finding)
    return finding || left ? { trouble, finding, left } : null
  }

  return {
    fact: async (fact) => {
      const trouble = troubleIn(fact)
      return trouble ? look(trouble) : null
    },
    line: async (line, place) => {
      const isKnown = knownTrouble(line) !== null
      if (!isTrouble(line) && !isKnown) return null
      const at = app.clock.now().toISOString()
      return look({ id: place, at, task: null, text: line.trim(), isFinal: true })
    },
  }
}

/** Kept once, whoever has found it. */
async function keep({ plugins }: App, namespace: string, finding: MonitorFinding): Promise<void> {
  const { findings } = await readMonitor({ plugins }, namespace)
  if (findings.some(({ id }) => id === finding.id)) return
  const owner = ownerOf(namespace, 'aiMonitor')
  await plugins.put(owner, [[keptKey(findingsKey), withFinding(findings, finding)]])
}
