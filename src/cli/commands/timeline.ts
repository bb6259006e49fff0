import type { App } from '../../app.ts'
import { LoopworkError } from '../../errors.ts'
import { createSpans, type Span } from '../../projections/spans.ts'
import type { Action } from '../command.ts'
import { findState } from '../find-state.ts'
import { findSession } from '../logs/find-logs.ts'
import { namespaceOf } from '../namespace.ts'
import { withStoreHere } from '../open-store.ts'
import { drawTimeline } from '../past/draw-timeline.ts'
import { parseSince } from '../since.ts'

type Options = {
  namespace?: string | undefined
  config?: string | undefined
  session?: string
  since?: string
  json?: boolean
}

/** Attempts, checks and waits over time: of the newest session of a namespace, or since an instant. */
export const timeline: Action<Options> = {
  options: (yargs) =>
    yargs.positional('namespace', { type: 'string', describe: 'Whose' }).options({
      session: { type: 'string', describe: 'This session instead of the newest' },
      since: { type: 'string', describe: 'All namespaces since then: 10m, 2h, 1d, or an instant' },
    }) as never,
  run: async (options, surroundings) => {
    const { io, print } = surroundings
    return withStoreHere(findState(io), io, async (app) => {
      const meant = options.since
        ? { begin: parseSince(options.since, app.clock.now()), session: null }
        : await sessionOf(app, options.session, await namespaceOf(options, surroundings))
      const { begin } = meant
      const spans = await spansSince(app, meant)
      const end = app.clock.now()
      if (options.json) {
        print.json({
          schema: 'loopwork/timeline@1',
          from: begin.toISOString(),
          to: end.toISOString(),
          spans,
        })
        return 0
      }
      if (spans.length === 0) {
        print.line('Nothing was tried in this time.')
        return 0
      }
      const window = { from: Math.max(begin.getTime(), earliest(spans)), to: latest(spans, end) }
      for (const line of drawTimeline(spans, window, { columns: io.columns, paint: print.paint })) {
        print.line(line)
      }
      return 0
    })
  },
}

/** From when on is drawn, and of which session; null for those of all namespaces. */
type Meant = { readonly begin: Date; readonly session: string | null }

async function sessionOf(app: App, session: string | undefined, namespace: string): Promise<Meant> {
  const found = await findSession(app, namespace, session)
  if (found) return { begin: new Date(found.row.startedAt), session: found.row.session }
  throw new LoopworkError('not_found', `nothing has run in the namespace ${namespace} yet`, {
    hint: '`loopwork status` shows the namespaces.',
  })
}

async function spansSince(app: App, { begin, session }: Meant): Promise<Span[]> {
  const spans = createSpans()
  for await (const batch of app.log.readAfter(0)) for (const fact of batch) spans.take(fact)
  return spans.all.filter(
    ({ to, kind, session: own }) =>
      kind !== 'blocked' && (to === null || new Date(to) >= begin) && (session === null || own === session),
  )
}

const earliest = (spans: readonly Span[]): number => Math.min(...spans.map(({ from }) => Date.parse(from)))

/** The end of the last stretch; now, where one lasts. */
function latest(spans: readonly Span[], now: Date): number {
  return Math.max(...spans.map(({ to }) => (to ? Date.parse(to) : now.getTime())))
}
