import { Subject } from 'rxjs'
import { openMemoryEventLog } from '../adapters/memory/event-log.ts'
import { createMemoryPluginStore } from '../adapters/memory/plugin-store.ts'
import type { LoopworkConfig } from '../config/loopwork-config.ts'
import type { PluginRequest, PluginTask } from '../config/plugin-context.ts'
import type { LoopworkPlugin, TaskMetadata } from '../config/plugin-contract.ts'
import type { DomainEvent, Fact } from '../events/catalogue.ts'
import { loopStream, type StreamId, taskStream } from '../events/event.ts'
import { describe } from '../plugins/describe.ts'
import { createGuard } from '../plugins/guard.ts'
import { fromHooks, hookTypes } from '../plugins/hooks.ts'
import { openPlugin } from '../plugins/open-plugin.ts'
import { openReporter, type PluginReport } from '../plugins/reports.ts'

/** A loop on paper: what is played on it reaches the plugin as it would in a run. */
export type PluginStage = {
  /** Plays events of the loop. */
  loop(...events: readonly DomainEvent[]): Promise<readonly Fact[]>
  /** Plays events of a task. */
  task(id: string, ...events: readonly DomainEvent[]): Promise<readonly Fact[]>
  /** Plays a task that an agent works on for a second: queued, claimed, and then completed or failed. */
  work(id: string, how?: { readonly title?: string; readonly reason?: string }): Promise<void>
  /** Resolves when the plugin has heard all that was played, and delivered what it delivers. */
  settled(): Promise<void>
  /** What the plugin asked for. */
  readonly requests: readonly PluginRequest[]
  /** What it logged, and what was said of it. */
  readonly lines: readonly string[]
  /** How it fares. */
  readonly report: PluginReport
  close(): Promise<void>
}

/** Sets a plugin up on a log in memory. `metadata` is what the backlog keeps with tasks, by their ids. */
export async function stagePlugin(
  plugin: LoopworkPlugin,
  given: {
    readonly config?: LoopworkConfig
    readonly env?: Readonly<Record<string, string>>
    readonly namespace?: string
    readonly metadata?: Readonly<Record<string, TaskMetadata>>
    readonly tasks?: readonly PluginTask[]
  } = {},
): Promise<PluginStage> {
  const { namespace = 'default', config = {}, env = {}, metadata = {}, tasks = [] } = given
  const time = { now: new Date('2026-01-01T00:00:00.000Z') }
  const clock = {
    now: () => new Date(time.now),
    until: async (instant: Date, signal: AbortSignal) => {
      signal.throwIfAborted()
      if (instant > time.now) time.now = instant
    },
  }
  let ids = 0
  const newId = () => {
    ids += 1
    return `event-${ids}`
  }
  const log = openMemoryEventLog({ clock, newId })
  const store = createMemoryPluginStore()
  const lines: string[] = []
  const requests: PluginRequest[] = []
  const say = (text: string): void => void lines.push(text)
  const guard = createGuard({ limitMs: 1_000, now: () => performance.now(), blocked: () => undefined })
  const reporter = await openReporter({ plugin: plugin.name, namespace, store, clock, say })
  const told = (fact: Fact) => describe(log, fact, async (id) => metadata[id] ?? {})
  const heard = new Subject<readonly Fact[]>()
  const surroundings = { namespace, config, env, log, store, clock, guard, from: 0, say }
  const open = await openPlugin(
    plugin,
    { ...surroundings, isOurs: () => true, describe: told, tasks: async () => tasks },
    reporter,
    async (request) => {
      requests.push(request)
      return { accepted: true }
    },
  )
  heard.subscribe((batch) => open.hear(batch))
  const listen = fromHooks(plugin, {
    task: async ({ task: { id, title, metadata: its } }) => ({
      ...{ id, title, metadata: its, description: '' },
      status: 'in-progress',
      priority: 'medium',
    }),
    output: async ({ summary }) => summary ?? undefined,
  })
  const versions = new Map<StreamId, number>()

  const play = async (stream: StreamId, events: readonly DomainEvent[]): Promise<readonly Fact[]> => {
    const played: Fact[] = []
    for (const event of events) {
      const expectedVersion = versions.get(stream) ?? 0
      const write = { stream, expectedVersion, events: [event] }
      const context = { by: 'loop', session: 'session', correlation: 'c', causation: 'c' } as const
      const facts = await log.append([write], context)
      versions.set(stream, expectedVersion + 1)
      time.now = new Date(time.now.getTime() + 1_000)
      heard.next(facts)
      for (const fact of facts.filter((one) => hookTypes.includes(one.event.type))) {
        const happening = await told(fact)
        if (happening) await listen(happening)
      }
      played.push(...facts)
    }
    return played
  }
  const task = (id: string, ...events: readonly DomainEvent[]) => play(taskStream('tasks.json', id), events)

  return {
    task,
    loop: (...events) => play(loopStream(namespace), events),
    work: async (id, { title = id, reason } = {}) => {
      await task(id, ...attempt(title, namespace, reason))
    },
    settled: async () => {
      await open.durable?.reached(await log.head())
      await reporter.settled()
    },
    requests,
    lines,
    get report() {
      return reporter.report
    },
    close: async () => {
      await open.close()
      guard.close()
    },
  }
}

/** The events of one attempt at a task; it fails where there is a reason. */
function attempt(title: string, namespace: string, reason: string | undefined): DomainEvent[] {
  const definition = { title, priority: 'medium', feature: null, parent: null, dependsOn: [] } as const
  const models = { 'model-1': { input: 1000, output: 100, cacheRead: 0, cacheWrite: 0, reasoning: 0 } }
  const usage = { models, costUsd: 0.25, costSource: 'cli' } as const
  const remains = { attempt: 1, usage, agentSession: 'agent-1', durationMs: 1_000, exit: null, output: null }
  return [
    { type: 'task.queued', data: { ...definition, dependsOn: [], told: 'pending' } },
    {
      type: 'task.claimed',
      data: {
        ...{ attempt: 1, title, namespace, iteration: 1, agent: 'claude', model: 'model-1', files: 'files' },
        ...{ timeoutMs: 60_000, before: null, allowanceUsd: null, worker: 1 },
      },
    },
    ...(reason === undefined
      ? ([
          { type: 'task.attemptSucceeded', data: { ...remains, summary: `${title} is done` } },
          { type: 'task.completed', data: { reason: 'done' } },
        ] as const)
      : ([
          { type: 'task.attemptFailed', data: { ...remains, kind: 'crash', reason } },
          { type: 'task.failed', data: { reason } },
        ] as const)),
  ]
}
