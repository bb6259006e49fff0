import { BehaviorSubject, concatMap, filter, firstValueFrom, Subject, takeUntil } from 'rxjs'
import { hooksOwner } from '../config/integrations.ts'
import type { PluginAnswer, PluginContext, PluginRequest } from '../config/plugin-context.ts'
import type { LoopworkPlugin } from '../config/plugin-contract.ts'
import { asFailure } from '../errors.ts'
import type { Fact } from '../events/catalogue.ts'
import { loopStream } from '../events/event.ts'
import type { Request } from '../machines/subjects.ts'
import type { Backlog } from '../ports/backlog.ts'
import { streamOf } from '../runtime/stream.ts'
import { createAsk } from './ask.ts'
import { backendOf } from './backend.ts'
import { defaultPolicy } from './deliver.ts'
import { type DurableDelivery, startDurable } from './durable.ts'
import { createHookChain, within } from './hook-chain.ts'
import { type HookSources, hasHooks, hookTypes } from './hooks.ts'
import { type OpenPlugin, openPlugin, type PluginSurroundings } from './open-plugin.ts'
import { openReporter, ownerOf, type Reporter } from './reports.ts'

/** All plugins of a run. */
export type OpenPlugins = {
  /** Something was thrown that nobody caught, in this plugin's code where that is known. */
  threw(plugin: string | null, problem: string): void
  blame(plugin: string, problem: string): void
  /** A plugin is not to be asked any more. */
  turnOff(plugin: string, problem: string): void
  /** Delivers what can be delivered up to a position, then ends all of them. */
  leave(position: number, graceMs: number): Promise<void>
}

export type PluginsGiven = PluginSurroundings & {
  readonly plugins: readonly LoopworkPlugin[]
  /** Those that are not to be asked in this run, and why. */
  readonly off: Readonly<Record<string, string>>
  /** Live plugins hear what follows this. */
  readonly liveFrom: number
  readonly hooks: HookSources
  backlog(): Promise<Backlog>
  dispatch(requests: readonly Request[]): Promise<unknown>
}

/** So many uncaught errors in one run, and a plugin is asked no more. */
const mostThrown = 20

/** Sets all plugins up, each by itself, and lets them hear. */
export async function openPlugins(given: PluginsGiven): Promise<OpenPlugins> {
  const { plugins, namespace, log } = given
  const reporters = new Map<string, Reporter>()
  for (const { name } of plugins) reporters.set(name, await openReporter({ ...given, plugin: name }))
  for (const [name, problem] of Object.entries(given.off)) reporters.get(name)?.become('off', problem)
  const thrown = new Map<string, number>()
  const asked = new Set<Promise<PluginAnswer>>()
  const over = new Subject<void>()

  const opening = plugins.flatMap((plugin) => {
    const reporter = reporters.get(plugin.name)
    if (!reporter || reporter.report.state === 'off') return []
    const ask = askOf(given, reporter)
    return { plugin, reporter, ask, open: openPlugin(plugin, given, reporter, ask) }
  })
  const opened: OpenPlugin[] = await Promise.all(opening.map(({ open }) => open))
  const hooked = opening.filter(({ plugin }) => hasHooks(plugin))
  const end = new AbortController()
  const chain = hooked.length > 0 ? await startHooks(given, hooked, end.signal) : null

  const live = new BehaviorSubject(given.liveFrom)
  const hear = async (batch: readonly Fact[]): Promise<void> => {
    for (const plugin of opened) plugin.hear(batch)
    live.next(batch.at(-1)?.position ?? live.value)
  }
  streamOf(log)(given.liveFrom)
    .pipe(concatMap(hear), takeUntil(over))
    .subscribe({ error: (problem) => given.say(`plugins hear nothing more: ${asFailure(problem).message}`) })

  const turnOff = (name: string, problem: string): void => {
    reporters.get(name)?.become('off', problem)
    void opened.find((plugin) => plugin.name === name)?.close()
  }

  return {
    turnOff,
    threw: (name, problem) => {
      if (name === null) return given.say(`a plugin threw and nobody knows which: ${problem}`)
      const times = (thrown.get(name) ?? 0) + 1
      thrown.set(name, times)
      reporters.get(name)?.error(`threw what nobody caught: ${problem}`)
      if (times >= mostThrown) turnOff(name, `threw ${times} times what nobody caught: ${problem}`)
    },
    blame: (name, problem) => reporters.get(name)?.error(problem),
    leave: async (position, graceMs) => {
      const deliveries = [chain, ...opened.map(({ durable }) => durable)].filter((one) => one !== null)
      const heard = firstValueFrom(live.pipe(filter((at) => at >= position)))
      await within(Promise.all([heard, ...deliveries.map((delivery) => delivery.reached(position))]), graceMs)
      await within(Promise.all(asked), graceMs)
      over.next()
      end.abort()
      await chain?.ended
      await Promise.all(opened.map((plugin) => plugin.close()))
      await Promise.all([...reporters.values()].map((reporter) => reporter.settled()))
    },
  }

  function askOf({ clock, dispatch, backlog }: PluginsGiven, reporter: Reporter) {
    const loop = loopStream(namespace)
    const ask = createAsk({ loop, clock, reporter, dispatch, backlog: async () => (await backlog()).id })
    return (request: PluginRequest): Promise<PluginAnswer> => {
      const answer = ask(request)
      asked.add(answer)
      void answer.finally(() => asked.delete(answer))
      return answer
    }
  }
}

type Hooked = { readonly plugin: LoopworkPlugin; readonly reporter: Reporter } & {
  readonly ask: PluginContext['ask']
}

async function startHooks(
  given: PluginsGiven,
  hooked: readonly Hooked[],
  signal: AbortSignal,
): Promise<DurableDelivery> {
  const { namespace, log, store, from, clock, guard, isOurs, describe } = given
  for (const { plugin, reporter, ask } of hooked) {
    if (!plugin.onBackendReady) continue
    const ready = async (): Promise<void> => plugin.onBackendReady?.(backendOf(await given.backlog(), ask))
    try {
      if (!(await within(guard.run(plugin.name, ready), 5_000)))
        reporter.error('its onBackendReady does not end')
    } catch (thrown) {
      reporter.error(`its onBackendReady failed: ${asFailure(thrown).message}`)
    }
  }
  const chain = createHookChain(hooked, given.hooks, guard)
  const reporter = await openReporter({ ...given, plugin: hooksOwner, say: given.say })
  return startDurable({
    owner: ownerOf(namespace, hooksOwner),
    courier: {
      plugin: hooksOwner,
      policy: { ...defaultPolicy, timeoutMs: 3_600_000 }, // each hook has a limit of its own
      ...{ clock, guard, reporter, signal },
      deliver: async (fact) => {
        const happening = await describe(fact)
        if (happening) await chain(happening)
      },
    },
    ...{ log, store, from },
    isMeant: (fact) => hookTypes.includes(fact.event.type) && isOurs(fact),
  })
}
