import { createSessionFiles } from '../../adapters/files/session-files.ts'
import { createProcesses } from '../../adapters/supervisor/processes.ts'
import type { App } from '../../app.ts'
import { holderOf } from '../../daemon/take-namespace.ts'
import { board } from '../../projections/board.ts'
import { costs } from '../../projections/costs.ts'
import { loops } from '../../projections/loops.ts'
import { narrate } from '../../projections/narration.ts'
import type { TaskRow } from '../../projections/task-row.ts'
import { openView } from '../../runtime/views.ts'
import { statusOf } from '../status/read-status.ts'
import { plain } from './plain.ts'
import { byUrgency, type EventLine, type Scene } from './scene.ts'

/** How many of the last events are shown at most, and how much of an output is looked at, in bytes. */
const eventsShown = 50
const tailBytes = 8_192

/** What does not change while one looks. */
export type Place = { readonly project: string; readonly dailyBudgetUsd: number | null }

/** Looks again and again: what it costs is what is new. */
export type SceneReader = { read(): Promise<Scene> }

export async function openSceneReader(app: App, place: Place): Promise<SceneReader> {
  const house = { log: app.log, store: app.store }
  const views = {
    board: await openView(board, house),
    costs: await openView(costs, house),
    loops: await openView(loops, house),
  }
  const files = createSessionFiles(app.stateDir)
  const processes = createProcesses()
  let position = Math.max(0, (await app.log.head()) - 4 * eventsShown)
  let events: readonly EventLine[] = []
  const shown = new WeakMap<TaskRow, TaskRow>()
  const shownOf = (row: TaskRow): TaskRow => {
    const safe = shown.get(row) ?? safeRow(row)
    shown.set(row, safe)
    return safe
  }

  const readEvents = async (): Promise<void> => {
    for await (const batch of app.log.readAfter(position)) {
      position = batch.at(-1)?.position ?? position
      const lines = batch.flatMap((fact) => {
        const { level, subject, text } = narrate(fact)
        return level === 'debug'
          ? []
          : { at: fact.at, level, subject: plain(subject), text: plain(text).slice(0, 500) }
      })
      events = [...events, ...lines].slice(-eventsShown)
    }
  }

  const outputOf = async (row: TaskRow): Promise<readonly string[]> => {
    if (!row.open) return []
    const { output } = files.of(row.open.files, row.open.iteration, true)
    return outputLines(await files.tail(output, tailBytes))
  }

  return {
    read: async () => {
      for (const view of Object.values(views)) await view.catchUp()
      await readEvents()
      const status = await statusOf(views, app.clock.now(), {
        holder: (row) => holderOf(app, processes, row),
      })
      const rows = await views.board.rows<TaskRow>('task/')
      const tasks = [...rows.values()].map(shownOf).sort(byUrgency)
      const open = tasks.filter((row) => row.open)
      const outputs = await Promise.all(open.map(async (row) => [row.stream, await outputOf(row)] as const))
      return {
        ...place,
        now: status.timestamp,
        loops: status.loops,
        today: status.costs.today,
        total: status.costs.total,
        counts: status.tasks.counts,
        tasks,
        outputs: new Map(outputs),
        events,
      }
    },
  }
}

/** The complete lines at the end of an output, as they may be shown. */
export function outputLines(tail: string): readonly string[] {
  const lines = tail.split(/\r?\n/).map(plain)
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines
}

function safeRow(row: TaskRow): TaskRow {
  return { ...row, id: plain(row.id), title: plain(row.title), reason: row.reason && plain(row.reason) }
}
