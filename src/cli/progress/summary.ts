import { join } from 'node:path'
import type { App } from '../../app.ts'
import type { OpenRun } from '../../daemon/open-run.ts'
import { costs, sessionKey } from '../../projections/costs.ts'
import { nothing, type Totals } from '../../projections/money.ts'
import { type SessionRow, sessionRowKey, sessions } from '../../projections/sessions.ts'
import type { TaskRow } from '../../projections/task-row.ts'
import { duration } from '../../projections/wording.ts'
import type { RunEnd } from '../../runtime/run.ts'
import { attemptsText, costText } from '../cost-text.ts'
import type { Print } from '../print.ts'

/** What a session came to, for the person who comes back to it. */
export async function summaryOf(
  app: App,
  open: OpenRun,
  { reason, detail }: RunEnd,
  left: readonly TaskRow[],
  { paint }: Print,
): Promise<string> {
  const session = await (await app.view(sessions)).row<SessionRow>(sessionRowKey(open.session))
  const totals = (await (await app.view(costs)).row<Totals>(sessionKey(open.session))) ?? nothing
  const took = session ? duration(app.clock.now().getTime() - new Date(session.startedAt).getTime()) : '?'
  const counts = `${session?.completed ?? 0} completed, ${left.length} left`
  const colour = left.length === 0 ? paint.green : paint.yellow
  return [
    '',
    colour(`${counts} after ${took}, ${attemptsText(totals)}, ${costText(totals)}`),
    `Stopped: ${reason} (${detail})`,
    ...left.slice(0, 20).map((task) => `  ${task.id} ${task.state}${why(task)}`),
    ...(left.length > 20 ? [`  … and ${left.length - 20} more: loopwork task list`] : []),
    `Prompts and outputs: ${join(app.stateDir, open.files, 'logs')}`,
  ].join('\n')
}

function why({ reason, missing, cyclic, waitsFor }: TaskRow): string {
  if (missing.length > 0) return `: depends on ${missing.join(', ')}, which the backlog does not have`
  if (cyclic.length > 0) return `: depends on itself through ${cyclic.join(', ')}`
  if (waitsFor.length > 0) return `: waits for ${waitsFor.join(', ')}`
  return reason ? `: ${reason.split('\n')[0]}` : ''
}
