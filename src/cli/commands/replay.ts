import type { TaskRow } from '../../projections/task-row.ts'
import type { Action } from '../command.ts'
import { findState } from '../find-state.ts'
import { withStoreHere } from '../open-store.ts'
import { parseMoment } from '../past/moment.ts'
import { readPast } from '../past/read-past.ts'
import type { Print } from '../print.ts'
import { showStatus } from '../status/show-status.ts'

type Options = { to?: string; json?: boolean }

/** The status and the tasks as they stood at a position of the log, or at an instant. */
export const replay: Action<Options> = {
  options: (yargs) =>
    yargs.option('to', {
      type: 'string',
      default: 'now',
      describe: 'A position of the log, or an instant: 10m, 2h, 2026-11-24T10:00:00Z',
    }) as never,
  run: async ({ to = 'now', json }, { io, print }) =>
    withStoreHere(findState(io), io, async (app) => {
      const { position, at, status, tasks } = await readPast(app, parseMoment(to, app.clock.now()))
      if (json) {
        print.json({
          schema: 'loopwork/replay@1',
          position,
          at,
          status,
          tasks: [...tasks.values()].map(({ stream: _, ...row }) => row),
        })
        return 0
      }
      print.note(print.paint.dim(`As of position ${position}${at ? `, ${at}` : ''}`))
      showStatus(status, print)
      showTasks([...tasks.values()], print)
      return 0
    }),
}

function showTasks(rows: readonly TaskRow[], print: Print): void {
  if (rows.length === 0) return
  print.line()
  print.table(
    ['Task', 'State', 'Since', 'Attempts', 'Title'],
    rows.map((row) => [
      row.id,
      row.state,
      row.since.slice(0, 19).replace('T', ' '),
      String(row.attempts),
      row.title,
    ]),
  )
}
