import type { App } from '../../app.ts'
import type { Surroundings } from '../command.ts'
import { type FoundSession, findSession, nothingYet } from './find-logs.ts'
import { followLines } from './follow-lines.ts'
import { lastLines } from './last-lines.ts'
import { createLineFilter, type Wanted } from './line-filter.ts'

/** Shows the last lines of the log of a namespace, and goes on with what comes, over the end of its session. */
export async function followNamespace(
  app: App,
  namespace: string,
  how: Wanted & { readonly lines: number; readonly session?: string | undefined; readonly json?: boolean },
  { io, print }: Pick<Surroundings, 'io' | 'print'>,
): Promise<number> {
  const filter = createLineFilter(how, app.clock.now())
  const find = async (): Promise<FoundSession> => {
    const session = await findSession(app, namespace, how.session)
    if (!session) throw nothingYet(namespace)
    return session
  }
  const sourceOf = ({ row, logFile }: FoundSession) => ({ name: `Session ${row.session}`, path: logFile })
  const source = sourceOf(await find())
  const { lines, end } = await lastLines(source.path, how.lines, filter, false)
  print.note(print.paint.dim(`${source.name}: ${source.path}`))
  const { parseLogLine } = await import('./read-log.ts')
  for (const line of lines) how.json ? print.jsonLine(parseLogLine(line)) : print.line(line)
  await followLines(
    app,
    { source, from: end },
    {
      isWanted: filter.isWanted,
      json: how.json === true,
      newest: async () => sourceOf(await find()),
    },
    { io, print },
  )
  return 0
}
