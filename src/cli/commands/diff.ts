import type { Action } from '../command.ts'
import { findState } from '../find-state.ts'
import { withStoreHere } from '../open-store.ts'
import { type Change, compare } from '../past/compare.ts'
import { parseMoment } from '../past/moment.ts'
import { readPast } from '../past/read-past.ts'
import type { Print } from '../print.ts'

type Options = { from?: string; to?: string; json?: boolean }

/** What changed between two moments of the log: tasks, loops and money. */
export const diff: Action<Options> = {
  options: (yargs) =>
    yargs
      .positional('from', { type: 'string', describe: 'A position of the log, or an instant' })
      .positional('to', { type: 'string', describe: 'The same, later', default: 'now' }) as never,
  run: async ({ from = '0', to = 'now', json }, { io, print }) =>
    withStoreHere(findState(io), io, async (app) => {
      const now = app.clock.now()
      const comparison = compare(
        await readPast(app, parseMoment(from, now)),
        await readPast(app, parseMoment(to, now)),
      )
      if (json) {
        print.json({ schema: 'loopwork/diff@1', ...comparison })
        return 0
      }
      const place = ({ position, at }: { position: number; at: string | null }) =>
        `position ${position}${at ? ` (${at.slice(0, 19)}Z)` : ''}`
      print.note(print.paint.dim(`From ${place(comparison.from)} to ${place(comparison.to)}`))
      showChanges('Task', comparison.tasks, print)
      showChanges('Namespace', comparison.loops, print)
      showChanges('Spent', comparison.money, print)
      const all = [...comparison.tasks, ...comparison.loops, ...comparison.money]
      if (all.length === 0) print.line('Nothing has changed.')
      return 0
    }),
}

function showChanges(name: string, changes: readonly Change[], print: Print): void {
  if (changes.length === 0) return
  print.table(
    [name, 'Before', 'After'],
    changes.map(({ what, before, after }) => [what, before ?? '-', after ?? '-']),
  )
  print.line()
}
