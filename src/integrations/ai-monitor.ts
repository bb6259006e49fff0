import type { FactOf, PluginContext } from '../config/plugin-context.ts'
import type { LoopworkPlugin } from '../config/plugin-contract.ts'
import type { Fact } from '../events/catalogue.ts'
import { taskOf } from '../events/event.ts'
import type { Usage } from '../events/shapes.ts'
import {
  lookAt,
  type MonitorFinding,
  type MonitorState,
  type Trouble,
  unused,
  withFinding,
} from './monitor/monitor.ts'

const types = [
  'task.claimed',
  'task.attemptFailed',
  'task.verificationFailed',
  'task.limitReached',
  'task.personNeeded',
  'task.failed',
  'loop.agentBarred',
  'loop.backlogRefused',
  'loop.stopped',
] as const
type Watched = FactOf<(typeof types)[number]>

/** What the monitor needs of the house. */
export type MonitorOffice = {
  readonly session: string
  ask(prompt: string, signal: AbortSignal): Promise<{ readonly text: string; readonly usage: Usage | null }>
  /** The end of what the agent of a task said last. */
  saidLast(fact: Watched): Promise<string>
  /** Writes a description where a task has none; gives its path, or null where there is nothing to write. */
  describe(task: string, isDry: boolean): Promise<string | null>
  note(fact: Watched, finding: MonitorFinding): Promise<void>
}

/** Under these names it is kept what was found, and how often an agent was asked. */
export const findingsKey = 'findings'
export const stateKey = 'state'

/** Watches what goes wrong, says what can be done about it, and asks an agent about what nobody has a name for. */
export function aiMonitor(isDry: boolean, office: MonitorOffice): LoopworkPlugin {
  return {
    name: 'aiMonitor',
    setup: (context) => {
      const timeoutMs = 330_000
      context.durable(
        types,
        async (fact, { signal }) => {
          if (fact.event.type === 'task.claimed') return describeIfNeeded(context, office, fact, isDry)
          const trouble = troubleIn(fact)
          if (trouble) await look(context, office, { fact, trouble, isDry, signal })
        },
        { timeoutMs },
      )
    },
  }
}

async function describeIfNeeded(
  { log }: PluginContext,
  office: MonitorOffice,
  fact: Watched,
  isDry: boolean,
) {
  const { id } = taskOf(fact.stream)
  const path = await office.describe(id, isDry)
  if (path)
    log.warn(
      `${id} has no description: ${isDry ? 'it would write' : 'it has written'} ${path}, please fill it in`,
    )
}

type Look = {
  readonly fact: Watched
  readonly trouble: Trouble
  readonly isDry: boolean
  readonly signal: AbortSignal
}

async function look(context: PluginContext, office: MonitorOffice, { fact, trouble, isDry, signal }: Look) {
  const { store, log } = context
  const kept = ((await store.get(findingsKey)) ?? []) as readonly MonitorFinding[]
  if (kept.some(({ id }) => id === trouble.id)) return // it was told of before a crash
  const before = (await store.get(stateKey)) as MonitorState | undefined
  const state = before?.session === office.session ? before : unused(office.session)
  const looked = await lookAt(trouble, state, {
    now: new Date(),
    ask: isDry ? null : (prompt) => office.ask(prompt, signal),
    context: () => office.saidLast(fact),
  })
  if (signal.aborted) throw new Error('broken off')
  if (looked.state !== state || !before) await store.set(stateKey, looked.state)
  if (looked.left) log.info(`${trouble.task ?? ''} failed for a reason without a name; ${looked.left}`.trim())
  const { finding } = looked
  if (!finding) return
  log.warn(`${finding.task ? `${finding.task} ` : ''}${finding.trouble}: ${finding.advice}`)
  if (!isDry && finding.task) await office.note(fact, finding)
  await store.set(findingsKey, withFinding(kept, finding))
}

/** What a fact tells of trouble; null where it tells of none. */
export function troubleIn({ id, at, stream, event, by }: Fact): Trouble | null {
  const task = stream.startsWith('task/') ? taskOf(stream).id : null
  const about = { id, at, task }
  switch (event.type) {
    case 'task.attemptFailed':
    case 'task.verificationFailed':
      return { ...about, text: `${event.data.kind}: ${event.data.reason}`, isFinal: false }
    case 'task.limitReached':
      return { ...about, text: `usage limit: ${event.data.limit}`, isFinal: false }
    case 'task.personNeeded':
      return { ...about, text: event.data.reason, isFinal: true }
    case 'task.failed':
      return by === 'loop' ? { ...about, text: event.data.reason, isFinal: true, isRepeat: true } : null
    case 'loop.agentBarred':
      return { ...about, text: event.data.reason, isFinal: false }
    case 'loop.backlogRefused':
      return { ...about, text: event.data.problem, isFinal: false }
    case 'loop.stopped': {
      const isTrouble = ['circuit-breaker', 'error', 'person-needed', 'crashed'].includes(event.data.reason)
      return isTrouble
        ? { ...about, text: `${event.data.reason}: ${event.data.detail}`, isFinal: false }
        : null
    }
    default:
      return null
  }
}
