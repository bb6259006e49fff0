import { basename, join } from 'node:path'
import { createSessionFiles } from '../../adapters/files/session-files.ts'
import type { App } from '../../app.ts'
import { LoopworkError } from '../../errors.ts'
import type { AttemptFiles } from '../../ports/session-files.ts'
import { type IterationRow, iterationsOf, type SessionRow, sessions } from '../../projections/sessions.ts'

/** A session and where its files are. */
export type FoundSession = { readonly row: SessionRow; readonly folder: string; readonly logFile: string }

/** One attempt and where its files are. */
export type FoundAttempt = { readonly row: IterationRow; readonly files: AttemptFiles }

/** The newest session of a namespace, or the one whose id or folder begins like that; null if there is none. */
export async function findSession(
  app: App,
  namespace: string,
  wanted: string | undefined,
): Promise<FoundSession | null> {
  const rows = await allSessions(app)
  const isMeant = (row: SessionRow) =>
    wanted === undefined
      ? row.namespace === namespace
      : row.session.startsWith(wanted) || basename(row.files).startsWith(wanted)
  const row = rows.findLast(isMeant)
  if (row) return found(app, row)
  if (wanted === undefined) return null
  throw new LoopworkError('not_found', `no session begins with ${wanted}`, {
    hint: `The last ones: ${
      rows
        .slice(-5)
        .map(({ session }) => session)
        .join(', ') || 'none'
    }.`,
  })
}

/** The sessions of a namespace that were still going on at an instant, or began later, oldest first. */
export async function sessionsSince(
  app: App,
  namespace: string,
  since: Date | null,
): Promise<FoundSession[]> {
  const isMeant = ({ namespace: owner, endedAt }: SessionRow) =>
    owner === namespace && (since === null || endedAt === null || new Date(endedAt) >= since)
  return (await allSessions(app)).filter(isMeant).map((row) => found(app, row))
}

async function allSessions(app: App): Promise<SessionRow[]> {
  const rows = [...(await (await app.view(sessions)).rows<SessionRow>('session/')).values()]
  return rows.sort((a, b) => (a.startedAt < b.startedAt ? -1 : 1))
}

function found(app: App, row: SessionRow): FoundSession {
  const folder = join(app.stateDir, row.files)
  return { row, folder, logFile: join(folder, 'loopwork.log') }
}

/** The refusal where nothing has run. */
export function nothingYet(namespace: string): LoopworkError {
  return new LoopworkError('not_found', `there is no log of the namespace ${namespace} yet`, {
    hint: 'Begin with `loopwork start`; `loopwork status` shows the namespaces.',
  })
}

/** The last attempt at a task, or the attempt with this number in the newest session: `TASK-001`, `iteration-3`. */
export async function findAttemptAnywhere(
  app: App,
  namespace: string,
  { session, task }: { readonly session: string | undefined; readonly task: string },
): Promise<FoundAttempt> {
  const newest = await findSession(app, namespace, session)
  if (!newest) throw nothingYet(namespace)
  const older = session === undefined ? (await sessionsSince(app, namespace, null)).reverse() : []
  const rows = await iterationsIn(app, newest)
  const number = /^(?:iteration-)?(\d+)$/.exec(task)?.[1]
  let row = rows.findLast((one) => one.task === task)
  for (const one of older) row ??= (await iterationsIn(app, one)).findLast((other) => other.task === task)
  row ??= rows.find(({ iteration }) => number !== undefined && iteration === Number(number))
  if (row) return { row, files: createSessionFiles(app.stateDir).of(row.files, row.iteration, true) }
  const last = rows.slice(-10).map(({ iteration, task: id }) => `iteration-${iteration} (${id})`)
  throw new LoopworkError('not_found', `there is no attempt at ${task}`, {
    hint: `The last ones of session ${newest.row.session}: ${last.join(', ') || 'none'}.`,
  })
}

async function iterationsIn(app: App, { row }: FoundSession): Promise<IterationRow[]> {
  return [...(await (await app.view(sessions)).rows<IterationRow>(iterationsOf(row.session))).values()]
}
