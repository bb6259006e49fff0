import { Subject } from 'rxjs'
import type { LoopworkConfig } from '../config/loopwork-config.ts'
import type { DeliveryPolicy, Happening, PluginContext, PluginTask } from '../config/plugin-context.ts'
import type { LoopworkPlugin } from '../config/plugin-contract.ts'
import { asFailure, LoopworkError } from '../errors.ts'
import type { Fact } from '../events/catalogue.ts'
import type { Clock } from '../ports/clock.ts'
import type { EventLog } from '../ports/event-log.ts'
import type { PluginStore } from '../ports/plugin-store.ts'
import { type Courier, defaultPolicy } from './deliver.ts'
import { type DurableDelivery, startDurable } from './durable.ts'
import type { Guard } from './guard.ts'
import { within } from './hook-chain.ts'
import { keptKey, ownerOf, type Reporter } from './reports.ts'

/** What all plugins of a run share. */
export type PluginSurroundings = {
  readonly namespace: string
  readonly config: LoopworkConfig
  readonly env: Readonly<Record<string, string>>
  readonly log: EventLog
  readonly store: PluginStore
  readonly clock: Clock
  readonly guard: Guard
  /** Where durable plugins begin that have no checkpoint. */
  readonly from: number
  /** Whether a fact is of this namespace, and not of another loop's. */
  isOurs(fact: Fact): boolean
  describe(fact: Fact): Promise<Happening | null>
  tasks(): Promise<readonly PluginTask[]>
  /** Shows a line to whoever watches the run. */
  say(text: string): void
}

/** A plugin that was set up, or failed at it. */
export type OpenPlugin = {
  readonly name: string
  readonly reporter: Reporter
  readonly durable: DurableDelivery | null
  hear(batch: readonly Fact[]): void
  close(): Promise<void>
}

/** How long `setup` may take before it is named and the others go on, and an end before it is left to itself. */
const setupMs = 2_000
const teardownMs = 2_000

/** Sets a plugin up. It never fails: what goes wrong is reported. */
export async function openPlugin(
  plugin: LoopworkPlugin,
  surroundings: PluginSurroundings,
  reporter: Reporter,
  ask: PluginContext['ask'],
): Promise<OpenPlugin> {
  const { guard } = surroundings
  const { name } = plugin
  const end = new AbortController()
  const events = new Subject<Fact>()
  const durables: DurableDelivery[] = []
  const context = contextFor(name, surroundings, { reporter, ask, events, durables, signal: end.signal })
  let teardown: unknown

  const setup = async (): Promise<void> => {
    try {
      teardown = await guard.run(name, () => plugin.setup?.(context))
      reporter.well()
    } catch (thrown) {
      reporter.become('off', `its setup failed: ${asFailure(thrown).message}`)
      end.abort()
    }
  }
  if (plugin.setup && !(await within(setup(), setupMs)))
    reporter.error(`its setup has not ended after ${setupMs / 1000} s`)

  return {
    name,
    reporter,
    get durable() {
      return durables[0] ?? null
    },
    hear: (batch) => {
      if (reporter.report.state === 'off' || !events.observed) return
      guard.run(name, () => {
        for (const fact of batch) events.next(fact)
      })
    },
    close: async () => {
      end.abort()
      await Promise.all(durables.map(({ ended }) => ended))
      try {
        await within(
          guard.run(name, async () => tearDown(teardown)),
          teardownMs,
        )
      } catch (thrown) {
        reporter.error(`its end failed: ${asFailure(thrown).message}`)
      }
      await reporter.settled()
    },
  }
}

function contextFor(
  name: string,
  surroundings: PluginSurroundings,
  own: {
    readonly reporter: Reporter
    readonly ask: PluginContext['ask']
    readonly events: Subject<Fact>
    readonly durables: DurableDelivery[]
    readonly signal: AbortSignal
  },
): PluginContext {
  const { namespace, config, env, log, store, clock, guard, from, isOurs, describe, tasks, say } =
    surroundings
  const { reporter, ask, events, durables, signal } = own
  const owner = ownerOf(namespace, name)
  const print = (text: string): void => say(`${name}: ${text}`)
  return {
    namespace,
    config,
    env,
    events$: events.asObservable(),
    durable: (types, deliver, policy: Partial<DeliveryPolicy> = {}) => {
      if (durables.length > 0) {
        throw new LoopworkError('invalid', `${name} calls \`durable\` twice`, {
          hint: 'A plugin has one checkpoint: call it once, with all types.',
        })
      }
      const isMeant = (fact: Fact): boolean =>
        (types as readonly string[]).includes(fact.event.type) && isOurs(fact)
      const courier = {
        plugin: name,
        policy: { ...defaultPolicy, ...policy },
        ...{ clock, guard, reporter, signal },
        deliver: deliver as unknown as Courier['deliver'], // `isMeant` lets only its types through
      }
      durables.push(startDurable({ owner, courier, log, store, from, isMeant }))
    },
    ask,
    describe,
    tasks,
    log: {
      info: (text) => print(text),
      warn: (text) => print(`warning: ${text}`),
      error: (text) => print(`error: ${text}`),
    },
    signal,
    store: {
      get: (key) => store.get(owner, keptKey(key)),
      set: async (key, value) => void (await store.put(owner, [[keptKey(key), value]])),
      delete: async (key) => void (await store.put(owner, [[keptKey(key), undefined]])),
    },
    unconfigured: (what) => reporter.become('unconfigured', what),
  }
}

function tearDown(teardown: unknown): unknown {
  if (typeof teardown === 'function') return teardown()
  const { unsubscribe } = Object(teardown) as { unsubscribe?: unknown }
  return typeof unsubscribe === 'function' ? unsubscribe.call(teardown) : undefined
}
