import type { Clock } from '../ports/clock.ts'
import type { PluginStore } from '../ports/plugin-store.ts'

/**
 * How a plugin fares. `failing`: what it last did went wrong; `suspended`: a person has to look, such as at a
 * refused token; `off`: it is not asked any more in this run; `unconfigured`: something is missing; `removed`: the
 * configuration has it no more, but something is parked for it.
 */
export type PluginState = 'running' | 'failing' | 'suspended' | 'off' | 'unconfigured' | 'removed'

/** What is known of a plugin of a namespace. */
export type PluginReport = {
  readonly plugin: string
  readonly namespace: string
  readonly state: PluginState
  readonly problem: string | null
  readonly since: string
  readonly errors: number
  /** Requests that made no sense, and requests that were too many. */
  readonly refused: number
  readonly throttled: number
  /** How often it took the process of the plugins with it. */
  readonly deaths: number
}

/** The key of the report among the rows of a plugin. */
export const reportKey = 'report'

/** The key of the position up to which a plugin has heard. */
export const checkpointKey = 'checkpoint'

const keptPrefix = 'kept/'

/** The key of the row under which a plugin keeps something of its own. */
export const keptKey = (key: string): string => keptPrefix + key

/** Whether a row is one of a plugin's own. */
export const isKept = (key: string): boolean => key.startsWith(keptPrefix)

/** The name under which a plugin of a namespace keeps its rows. */
export function ownerOf(namespace: string, plugin: string): string {
  return `${namespace}/${plugin}`
}

/** Keeps the report of one plugin, and says what is new about it to whoever watches. */
export type Reporter = {
  readonly report: PluginReport
  /** Something went wrong, and it goes on. */
  error(problem: string): void
  /** It goes well again. */
  well(): void
  become(state: PluginState, problem: string): void
  count(what: 'refused' | 'throttled', problem: string): void
  /** Resolves when all of it is written. */
  settled(): Promise<void>
}

/** So many lines are said of the errors of one plugin; the rest is counted. */
const mostLines = 5

export async function openReporter(given: {
  readonly plugin: string
  readonly namespace: string
  readonly store: PluginStore
  readonly clock: Pick<Clock, 'now'>
  say(text: string): void
}): Promise<Reporter> {
  const { plugin, namespace, store, clock, say } = given
  const owner = ownerOf(namespace, plugin)
  const blank = { state: 'running', problem: null, errors: 0, refused: 0, throttled: 0, deaths: 0 } as const
  const before = (await store.get(owner, reportKey)) as PluginReport | undefined
  let report: PluginReport = {
    ...blank,
    plugin,
    namespace,
    since: clock.now().toISOString(),
    deaths: before?.deaths ?? 0,
    ...(before?.deaths ? { state: 'failing', problem: before.problem } : {}),
  }
  let writing: Promise<unknown> = Promise.resolve()
  let isDue = false
  let lines = 0
  let lastSaid = ''

  /** Written when the one before is: of many changes in between only the last. */
  const keep = (): void => {
    if (isDue) return
    isDue = true
    writing = writing
      .then(() => {
        isDue = false
        return store.put(owner, [[reportKey, report]])
      })
      .catch(() => undefined) // the store says so itself to whoever writes what matters more
  }

  const change = (more: Partial<PluginReport>): void => {
    report = { ...report, ...more, since: clock.now().toISOString() }
    keep()
  }

  const tell = (problem: string): void => {
    if (problem === lastSaid || lines >= mostLines) return
    lastSaid = problem
    lines += 1
    say(
      `plugin ${plugin}: ${problem}${lines === mostLines ? ' (no more of it is said; see `loopwork plugins`)' : ''}`,
    )
  }

  const isOut = (): boolean => report.state === 'off'
  keep()

  return {
    get report() {
      return report
    },
    error: (problem) => {
      if (isOut()) return // its timers may go on for as long as the process does
      change({ errors: report.errors + 1, problem, state: 'failing' })
      tell(problem)
    },
    well: () => {
      if (report.state === 'failing' || report.state === 'suspended') change({ state: 'running' })
    },
    become: (state, problem) => {
      if (isOut()) return
      change({ state, problem })
      if (state !== 'running') tell(problem)
    },
    count: (what, problem) => {
      change({ [what]: report[what] + 1, problem })
      tell(problem)
    },
    settled: async () => {
      while (isDue) await writing
      await writing
    },
  }
}
