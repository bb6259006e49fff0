import { LoopworkError } from '../../errors.ts'
import type { Action, Surroundings } from '../command.ts'
import { findState } from '../find-state.ts'
import { type FoundAttempt, type FoundSession, findAttempt, findSession } from '../logs/find-logs.ts'
import { followText } from '../logs/follow-text.ts'
import { parseLogLine, readLast } from '../logs/read-log.ts'
import { hasStore, withApp } from '../open-store.ts'
import type { Print } from '../print.ts'

type Options = {
  namespace?: string | undefined
  session?: string | undefined
  task?: string | undefined
  lines?: number
  follow?: boolean
  json?: boolean
}

/** The log of a session, or the prompt and the output of one attempt. */
export const logs: Action<Options> = {
  options: (yargs) =>
    yargs.positional('namespace', { type: 'string', describe: 'Whose log', default: 'default' }).options({
      session: {
        type: 'string',
        describe: 'This session instead of the newest: its id, its folder, or the beginning',
      },
      task: { type: 'string', describe: 'The attempt at this task, or iteration-N' },
      lines: { alias: 'n', type: 'number', default: 50, describe: 'How many of the last lines' },
      follow: { alias: 'f', type: 'boolean', default: false, describe: 'Go on showing what comes' },
    }) as never,
  run: async (options, { io, print }) => {
    const place = findState(io)
    const namespace = options.namespace ?? 'default'
    if (!hasStore(place.stateDir)) throw nothingYet(namespace)
    const { session, attempt } = await withApp(place, io, async (app) => {
      const session = await findSession(app, namespace, options.session)
      if (!session) throw nothingYet(namespace)
      return { session, attempt: options.task ? await findAttempt(app, session, options.task) : null }
    })

    if (options.follow) await followLog(options, attempt?.files.output ?? session.logFile, { io, print })
    else if (attempt) await showAttempt(options, attempt, print)
    else await showLog(options, session, print)
    return 0
  },
}

async function followLog(
  { lines = 50, json }: Options,
  path: string,
  { io, print }: Pick<Surroundings, 'io' | 'print'>,
): Promise<void> {
  const show = (line: string): void => (json ? print.jsonLine(parseLogLine(line)) : print.line(line))
  for (const line of await readLast(path, lines)) show(line)
  await followText(path, show, io)
}

async function showAttempt(
  { lines = 50, json }: Options,
  { row, files }: FoundAttempt,
  print: Print,
): Promise<void> {
  const prompt = await readLast(files.prompt, Number.POSITIVE_INFINITY)
  const output = await readLast(files.output, lines)
  if (json) {
    print.json({
      schema: 'loopwork/attempt-output@1',
      iteration: row.iteration,
      task: row.task,
      prompt: prompt.join('\n'),
      output: output.join('\n'),
      metadata: { ...row, files },
    })
    return
  }
  print.line(print.paint.bold(`Prompt   ${files.prompt}`))
  for (const line of prompt) print.line(line)
  print.line(print.paint.bold(`Output   ${files.output}`))
  for (const line of output) print.line(line)
}

async function showLog(
  { lines: count = 50, json }: Options,
  session: FoundSession,
  print: Print,
): Promise<void> {
  const lines = await readLast(session.logFile, count)
  if (json) {
    const metadata = {
      sessionPath: session.folder,
      session: session.row.session,
      totalLines: lines.length,
      following: false,
    }
    const { namespace } = session.row
    const timestamp = new Date().toISOString()
    print.json({
      schema: 'loopwork/logs@1',
      command: 'logs',
      namespace,
      timestamp,
      entries: lines.map(parseLogLine),
      metadata,
    })
    return
  }
  print.note(print.paint.dim(`Session ${session.row.session}: ${session.logFile}`))
  for (const line of lines) print.line(line)
}

function nothingYet(namespace: string): LoopworkError {
  return new LoopworkError('not_found', `there is no log of the namespace ${namespace} yet`, {
    hint: 'Begin with `loopwork start`; `loopwork status` shows the namespaces.',
  })
}
