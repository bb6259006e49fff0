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
  const view = await app.view(sessions)
  const rows = [...(await view.rows<SessionRow>('session/')).values()]
  const isMeant = (row: SessionRow) =>
    wanted === undefined
      ? row.namespace === namespace
      : row.session.startsWith(wanted) || basename(row.files).startsWith(wanted)
  const row = rows.filter(isMeant).sort((a, b) => (a.startedAt < b.startedAt ? 1 : -1))[0]
  if (row) {
    const folder = join(app.stateDir, row.files)
    return { row, folder, logFile: join(folder, 'loopwork.log') }
  }
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

/** The last attempt at a task in a session, or the one with this number: `TASK-001`, `iteration-3`. */
export async function findAttempt(app: App, { row }: FoundSession, wanted: string): Promise<FoundAttempt> {
  const rows = [...(await (await app.view(sessions)).rows<IterationRow>(iterationsOf(row.session))).values()]
  const number = /^(?:iteration-)?(\d+)$/.exec(wanted)?.[1]
  const found =
    rows.findLast(({ task }) => task === wanted) ??
    rows.find(({ iteration }) => number !== undefined && iteration === Number(number))
  if (!found) {
    throw new LoopworkError('not_found', `session ${row.session} has no attempt at ${wanted}`, {
      hint: `It has: ${rows.map(({ iteration, task }) => `iteration-${iteration} (${task})`).join(', ') || 'none'}.`,
    })
  }
  return { row: found, files: createSessionFiles(app.stateDir).of(found.files, found.iteration, true) }
}
