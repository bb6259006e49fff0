import type { App } from '../../app.ts'
import { LoopworkError } from '../../errors.ts'
import type { Action, Surroundings } from '../command.ts'
import { findState } from '../find-state.ts'
import { findAttemptAnywhere, findSession, nothingYet, sessionsSince } from '../logs/find-logs.ts'
import { lastLines } from '../logs/last-lines.ts'
import { lineCount } from '../logs/line-count.ts'
import { createLineFilter, type LineFilter, type Wanted } from '../logs/line-filter.ts'
import { parseLogLine } from '../logs/read-log.ts'
import { followAttempt, showAttempt } from '../logs/show-attempt.ts'
import { namespaceOf } from '../namespace.ts'
import { hasStore, withApp } from '../open-store.ts'

type Options = Wanted & {
  namespace?: string | undefined
  config?: string | undefined
  session?: string | undefined
  task?: string | undefined
  lines?: number
  follow?: boolean
  json?: boolean
}

/** The log of a session, or the prompt and the output of one attempt. */
export const logs: Action<Options> = {
  options: (yargs) =>
    yargs.positional('namespace', { type: 'string', describe: 'Whose log' }).options({
      session: {
        type: 'string',
        describe: 'This session instead of the newest: its id, its folder, or the beginning',
      },
      task: { type: 'string', describe: 'The last attempt at this task, or iteration-N' },
      lines: { alias: 'n', type: 'number', default: 50, describe: 'How many of the last lines' },
      follow: { alias: 'f', type: 'boolean', default: false, describe: 'Go on showing what comes' },
      since: { type: 'string', describe: 'Nothing older: 30s, 10m, 2h, 1d, or a date' },
      grep: { type: 'string', describe: 'Only lines that match this regular expression' },
      level: { type: 'string', describe: 'Only lines of this level and worse: debug, info, warn, error' },
    }) as never,
  run: async (options, surroundings) => {
    const { io, print } = surroundings
    const place = findState(io)
    const lines = countOf(options)
    const namespace = await namespaceOf(options, surroundings)
    if (!hasStore(place.stateDir)) throw nothingYet(namespace)
    return withApp(place, io, async (app) => {
      const filter = createLineFilter(options, app.clock.now())
      if (options.task !== undefined)
        return showTask(app, namespace, { ...options, lines }, filter, { io, print })
      if (options.follow) {
        const { followNamespace } = await import('../logs/follow-namespace.ts')
        return followNamespace(app, namespace, { ...options, lines }, { io, print })
      }
      return showLog(app, namespace, { ...options, lines }, filter, { print })
    })
  },
}

function countOf({ lines = 50, level, since, task }: Options): number {
  if (task !== undefined && (level !== undefined || since !== undefined)) {
    throw new LoopworkError('invalid', 'what an agent prints has neither times nor levels', {
      hint: 'With --task use --lines and --grep; without it, --since and --level.',
    })
  }
  return lineCount(lines)
}

type Counted = Options & { readonly lines: number }

async function showTask(
  app: App,
  namespace: string,
  options: Counted,
  filter: LineFilter,
  { io, print }: Pick<Surroundings, 'io' | 'print'>,
): Promise<number> {
  const { session, task = '' } = options
  const find = () => findAttemptAnywhere(app, namespace, { session, task })
  const attempt = await find()
  if (options.follow) {
    await followAttempt(app, attempt, { ...options, isWanted: filter.isWanted, find }, { io, print })
  } else await showAttempt(attempt, options, filter, print)
  return 0
}

async function showLog(
  app: App,
  namespace: string,
  { lines: count, session: wanted, since, json }: Counted,
  filter: LineFilter,
  { print }: Pick<Surroundings, 'print'>,
): Promise<number> {
  const session = await findSession(app, namespace, wanted)
  if (!session) throw nothingYet(namespace)
  const all =
    since === undefined || wanted !== undefined
      ? [session]
      : await sessionsSince(app, namespace, filter.since)
  let lines: string[] = []
  for (const { logFile } of all.reverse()) {
    const found = await lastLines(logFile, count - lines.length, filter, true)
    lines = [...found.lines, ...lines]
    if (found.isEnough) break
  }
  if (json) {
    print.json({
      schema: 'loopwork/logs@1',
      command: 'logs',
      namespace: session.row.namespace,
      timestamp: app.clock.now().toISOString(),
      entries: lines.map(parseLogLine),
      metadata: {
        sessionPath: session.folder,
        session: session.row.session,
        totalLines: lines.length,
        following: false,
      },
    })
    return 0
  }
  print.note(print.paint.dim(`Session ${session.row.session}: ${session.logFile}`))
  for (const line of lines) print.line(line)
  return 0
}
