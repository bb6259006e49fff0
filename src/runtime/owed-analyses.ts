import type { Fact } from '../events/catalogue.ts'
import { taskOf } from '../events/event.ts'

/** What is to be waited for before it can be said that nothing is left to do. */
export type Owed = { readonly reason: string; readonly until: string }

/** Ends of attempts in this session that somebody is still looking over for what they have left. */
export type OwedAnalyses = {
  hear(batch: readonly Fact[]): void
  /** The first to be waited for; null where there is none. None is waited for without end. */
  first(now: Date): Owed | null
}

type Awaited = Owed & {
  /** What was found and is still to be added; null while it is being looked for. */
  readonly keys: ReadonlySet<string> | null
}

/** Folds what is owed to the attempts of a session out of its facts. */
export function createOwedAnalyses(given: {
  readonly session: string
  /** What was owed before that is waited for from then on. */
  readonly begunAt: Date
  readonly waitMs: number
}): OwedAnalyses {
  const { session, begunAt, waitMs } = given
  const awaited = new Map<string, Awaited>()

  const put = (stream: string, before: Awaited | undefined, keys: readonly string[]): void => {
    if (before && keys.length > 0) awaited.set(stream, { ...before, keys: new Set(keys) })
    else awaited.delete(stream)
  }

  const settle = (stream: string, key: string | undefined): void => {
    const before = awaited.get(stream)
    if (key === undefined || !before?.keys?.has(key)) return
    put(
      stream,
      before,
      [...before.keys].filter((other) => other !== key),
    )
  }

  const begin = ({ stream, at, by, session: its }: Fact): void => {
    if (by !== 'loop' || its !== session) return
    const reason = `what ${taskOf(stream).id} has left to be done is being looked for`
    const since = Math.max(new Date(at).getTime(), begunAt.getTime())
    const until = new Date(since + waitMs).toISOString()
    awaited.set(stream, { reason, until, keys: null })
  }

  const hear = (fact: Fact): void => {
    const { event, stream } = fact
    switch (event.type) {
      case 'task.completed':
      case 'task.failed':
        begin(fact)
        break
      case 'task.followUpsFound': {
        const { isApproved, found } = event.data
        put(stream, awaited.get(stream), isApproved ? found.map(({ key }) => key) : [])
        break
      }
      case 'task.subtaskAsked':
        settle(stream, event.data.followUp)
        break
      case 'task.subtaskAdded':
      case 'task.subtaskRefused':
        settle(stream, event.data.request)
        break
      default:
        break
    }
  }

  return {
    hear: (batch) => {
      for (const fact of batch) hear(fact)
    },
    first: (now) => {
      const open = [...awaited.values()].filter(({ until }) => new Date(until) > now)
      return open.sort((a, b) => a.until.localeCompare(b.until))[0] ?? null
    },
  }
}
