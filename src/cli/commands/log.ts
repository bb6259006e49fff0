import { Subject, takeUntil } from 'rxjs'
import { LoopworkError } from '../../errors.ts'
import type { Fact } from '../../events/catalogue.ts'
import { taskOf } from '../../events/event.ts'
import { journalLine } from '../../runtime/journal.ts'
import { streamOf } from '../../runtime/stream.ts'
import type { Action, Surroundings } from '../command.ts'
import { findState } from '../find-state.ts'
import { hasStore, withApp } from '../open-store.ts'
import { parseSince } from '../since.ts'

type Options = {
  task?: string | undefined
  type?: string | undefined
  session?: string | undefined
  stream?: string | undefined
  namespace?: string | undefined
  by?: string | undefined
  since?: string | undefined
  after?: number | undefined
  lines?: number | undefined
  follow?: boolean
  json?: boolean
}

/** The events themselves, oldest first: one line each, or one JSON document each. */
export const log: Action<Options> = {
  options: (yargs) =>
    yargs.options({
      task: { type: 'string', describe: 'Only what happened to this task' },
      type: {
        type: 'string',
        describe: 'Only this type of event, or a beginning of it: task.claimed, loop.',
      },
      session: { type: 'string', describe: 'Only what happened in this session' },
      stream: { type: 'string', describe: 'Only this stream: task/…, loop/…' },
      by: { type: 'string', describe: 'Only what was asked for by: loop, cli, mcp, plugin, agent' },
      since: { type: 'string', describe: 'Only what is newer: 10m, 2h, 1d, or an instant' },
      after: { type: 'number', describe: 'Only what comes after this position' },
      lines: { alias: 'n', type: 'number', describe: 'Only the last so many' },
      follow: { alias: 'f', type: 'boolean', default: false, describe: 'Go on showing what comes' },
    }) as never,
  run: async (options, surroundings) => {
    const place = findState(surroundings.io)
    if (!hasStore(place.stateDir)) {
      throw new LoopworkError('not_found', 'nothing has happened here yet', {
        hint: 'Begin with `loopwork start`.',
      })
    }
    await withApp(place, surroundings.io, async (app) => {
      const isMeant = filterOf(options, app.clock.now())
      const show = printerOf(options.json === true, surroundings)
      const last: Fact[] = []
      let position = Math.max(0, options.after ?? 0)
      for await (const batch of app.log.readAfter(position)) {
        position = batch.at(-1)?.position ?? position
        const meant = batch.filter(isMeant)
        if (options.lines === undefined) meant.forEach(show)
        else last.push(...meant.slice(-options.lines))
        if (options.lines !== undefined) last.splice(0, last.length - options.lines)
      }
      last.forEach(show)
      if (options.follow)
        await follow(streamOf(app.log)(position), (fact) => isMeant(fact) && show(fact), surroundings)
    })
    return 0
  },
}

async function follow(
  facts: ReturnType<ReturnType<typeof streamOf>>,
  take: (fact: Fact) => void,
  { io }: Surroundings,
): Promise<void> {
  const over = new Subject<void>()
  const stop = io.onSignal(['SIGINT', 'SIGTERM'], () => over.next())
  try {
    await facts.pipe(takeUntil(over)).forEach((batch) => {
      for (const fact of batch) take(fact)
    })
  } finally {
    stop()
  }
}

function filterOf(options: Options, now: Date): (fact: Fact) => boolean {
  const { task, type, session, stream, namespace, by, since } = options
  const earliest = since ? parseSince(since, now).toISOString() : ''
  return (fact) =>
    (!task || (fact.stream.startsWith('task/') && taskOf(fact.stream).id === task)) &&
    (!type || fact.event.type.startsWith(type)) &&
    (!session || fact.session === session) &&
    (!stream || fact.stream === stream) &&
    (!namespace || fact.stream === `loop/${namespace}` || namespaceOf(fact) === namespace) &&
    (!by || fact.by === by) &&
    fact.at >= earliest
}

function namespaceOf({ event }: Fact): string | null {
  return event.type === 'task.claimed' ? event.data.namespace : null
}

function printerOf(isJson: boolean, { print }: Surroundings): (fact: Fact) => void {
  if (isJson) return (fact) => print.jsonLine(fact)
  return (fact) => print.line(`${String(fact.position).padStart(6)} ${journalLine(fact)}`)
}
