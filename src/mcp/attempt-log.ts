import { createSessionFiles } from '../adapters/files/session-files.ts'
import type { App } from '../app.ts'
import { LoopworkError } from '../errors.ts'
import { type IterationRow, iterationsOf, type SessionRow, sessions } from '../projections/sessions.ts'

/** The end of what an attempt at a task printed. */
export type AttemptLog = {
  readonly session: string
  readonly iteration: number
  readonly outcome: string
  readonly text: string
  /** Whether there is more before it. */
  readonly truncated: boolean
}

/** Reads the last bytes of the newest attempt at a task. */
export async function readAttemptLog(app: App, task: string, bytes: number): Promise<AttemptLog> {
  const row = await newestAttempt(app, task)
  if (!row) {
    throw new LoopworkError('not_found', `there was no attempt at ${task} yet`, {
      hint: 'Call loopwork_why to see what it waits for.',
    })
  }
  const files = createSessionFiles(app.stateDir)
  const text = await files.tail(files.of(row.files, row.iteration, true).output, bytes + 1)
  const truncated = Buffer.byteLength(text) > bytes
  return {
    session: row.session,
    iteration: row.iteration,
    outcome: row.outcome,
    text: truncated ? text.slice(text.indexOf('\n') + 1) : text,
    truncated,
  }
}

async function newestAttempt(app: App, task: string): Promise<IterationRow | null> {
  const view = await app.view(sessions)
  const newestFirst = [...(await view.rows<SessionRow>('session/')).values()].sort((a, b) =>
    b.startedAt.localeCompare(a.startedAt),
  )
  for (const { session } of newestFirst) {
    const rows = [...(await view.rows<IterationRow>(iterationsOf(session))).values()]
    const found = rows.findLast((row) => row.task === task)
    if (found) return found
  }
  return null
}
