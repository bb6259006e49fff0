import { type Pruned, pruneSessions } from '../adapters/files/prune-sessions.ts'
import type { App } from '../app.ts'
import type { Settings } from '../config/settings.ts'
import { board } from '../projections/board.ts'
import { type LoopRow, loops, sessionOwnerPrefix } from '../projections/loops.ts'
import { type IterationRow, sessions } from '../projections/sessions.ts'
import type { TaskRow } from '../projections/task-row.ts'

/** How often a loop looks whether there is too much, in milliseconds. */
const everyMs = 3_600_000

const closed = new Set<TaskRow['state']>(['completed', 'failed', 'cancelled', 'skipped', 'removed'])

/** Takes away what is no longer to be kept, and nothing that the log still needs. */
export async function prune(app: App, { retention }: Pick<Settings, 'retention'>): Promise<Pruned> {
  return pruneSessions(app.stateDir, retention, await neededFiles(app), app.clock.now())
}

/**
 * The newest session of each namespace is needed: it goes on, or may be resumed. So are the files of open
 * attempts, which are read to their end by whoever goes on, and those of the last attempt at a task that is
 * not closed: the next one is shown how it ended.
 */
export async function neededFiles(app: App) {
  const loopRows = await (await app.view(loops)).rows<LoopRow>('')
  const newest = [...loopRows].flatMap(([key, row]) => (key.startsWith(sessionOwnerPrefix) ? [] : row.files))
  const tasks = [...(await (await app.view(board)).rows<TaskRow>('task/')).values()]
  const unfinished = new Set(
    tasks.filter(({ state, attempts }) => attempts > 0 && !closed.has(state)).map(({ id }) => id),
  )
  const last = new Map<string, IterationRow>()
  for (const row of (await (await app.view(sessions)).rows<IterationRow>('iteration/')).values()) {
    const before = last.get(row.task)
    if (unfinished.has(row.task) && !(before && before.startedAt > row.startedAt)) last.set(row.task, row)
  }
  const open = tasks.flatMap((row) => (row.open ? keyOf(row.open) : []))
  return { sessions: new Set(newest), attempts: new Set([...open, ...[...last.values()].map(keyOf)]) }
}

function keyOf({ files, iteration }: { readonly files: string; readonly iteration: number }): string {
  return `${files}/iteration-${iteration}`
}

/** Looks at once, and then once an hour until the returned function is called. */
export function keepPruning(
  app: App,
  settings: Pick<Settings, 'retention'>,
  report: (thrown: unknown) => void,
): () => Promise<void> {
  let last: Promise<unknown> = Promise.resolve()
  const look = (): void => {
    last = last.then(() => prune(app, settings)).catch(report)
  }
  look()
  const timer = setInterval(look, everyMs)
  timer.unref()
  return async () => {
    clearInterval(timer)
    await last
  }
}
