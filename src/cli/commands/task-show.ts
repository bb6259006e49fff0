import { createProcesses } from '../../adapters/supervisor/processes.ts'
import type { App } from '../../app.ts'
import { briefOrRow } from '../../daemon/brief-or-row.ts'
import { findTask } from '../../daemon/find-task.ts'
import { holderOf, loopRow } from '../../daemon/take-namespace.ts'
import { withDesk } from '../../daemon/with-desk.ts'
import type { Fact } from '../../events/catalogue.ts'
import { taskStream } from '../../events/event.ts'
import { costs } from '../../projections/costs.ts'
import { nothing, type Totals } from '../../projections/money.ts'
import type { TaskRow } from '../../projections/task-row.ts'
import { journalLine } from '../../runtime/journal.ts'
import { titleOf } from '../../runtime/title-of.ts'
import type { Surroundings } from '../command.ts'
import { costText } from '../cost-text.ts'
import type { Project } from '../open-project.ts'
import type { Print } from '../print.ts'
import { leftText } from '../status/left-attempt.ts'

/** All tasks in the order in which they are worked off. */
export async function listTasks(
  app: App,
  project: Project,
  filter: { readonly state?: string | undefined; readonly feature?: string | undefined },
  { print, argv }: Surroundings,
): Promise<void> {
  const isMeant = ({ state, feature }: TaskRow): boolean =>
    (!filter.state || state === filter.state) && (!filter.feature || feature === filter.feature)
  const meant = await withDesk(app, project.settings, 'cli', ({ desk, backlog }) =>
    Promise.all(
      desk
        .tasks()
        .filter(isMeant)
        .map(async (row) => ({ ...row, title: await titleOf(backlog, row) })),
    ),
  )
  if (argv.includes('--json')) {
    print.json({ schema: 'loopwork/tasks@1', count: meant.length, tasks: meant.map(publicRow) })
    return
  }
  print.table(
    ['Task', 'State', 'Priority', 'Feature', 'Attempts', 'Title'],
    meant.map((row) => [row.id, row.state, row.priority, row.feature ?? '', String(row.attempts), row.title]),
  )
}

/** One task: what it is, what it waits for, what it cost, and its whole history. */
export async function showTask(
  app: App,
  project: Project,
  ids: readonly string[],
  { print, argv }: Surroundings,
): Promise<void> {
  const found = await withDesk(app, project.settings, 'cli', async (user) =>
    Promise.all(
      ids.map(async (id) => {
        const row = findTask(user, id)
        return { row, brief: await briefOrRow(user.backlog, row) }
      }),
    ),
  )
  const costView = await app.view(costs)
  for (const { row, brief } of found) {
    const stream = taskStream(row.backlog, row.id)
    const spent = (await costView.row<Totals>(stream)) ?? nothing
    const history: Fact[] = []
    for await (const fact of app.log.readStream(stream)) history.push(fact)
    if (argv.includes('--json')) {
      print.json({
        schema: 'loopwork/task@1',
        ...publicRow(row),
        text: brief.text,
        source: brief.source,
        problem: brief.problem,
        costs: spent,
        history,
      })
      continue
    }
    const attempt = (await isLeft(app, row)) ? leftText : ''
    tell({ id: row.id, ...brief }, factsOf(row, { spent, source: brief.source, attempt }), history, print)
  }
}

function tell(
  { id, title, problem }: { id: string; title: string; problem: string | null },
  facts: readonly (readonly [string, string])[],
  history: readonly Fact[],
  print: Print,
): void {
  print.line(print.paint.bold(`${id} ${title}`))
  for (const [name, text] of facts) if (text) print.line(`${name.padEnd(10)}${text}`)
  if (problem) print.line(print.paint.yellow(`${'Text'.padEnd(10)}${problem}`))
  print.line()
  for (const fact of history) print.line(journalLine(fact))
}

async function isLeft(app: App, { open }: TaskRow): Promise<boolean> {
  if (!open || open.done) return false
  return (await holderOf(app, createProcesses(), await loopRow(app, open.namespace))) !== 'working'
}

function factsOf(
  row: TaskRow,
  { spent, source, attempt }: { spent: Totals; source: string; attempt: string },
): (readonly [string, string])[] {
  const { state, reason, priority, feature, dependsOn, waitsFor } = row
  return [
    ['State', reason ? `${state}: ${reason}` : state],
    ['Attempt', attempt],
    ['Priority', feature ? `${priority}, feature ${feature}` : priority],
    ['Depends', dependsOn.length > 0 ? `on ${dependsOn.join(', ')}` : ''],
    ['Waits', waitsFor.length > 0 ? `for ${waitsFor.join(', ')}` : ''],
    ['Spent', costText(spent)],
    ['Source', source],
  ]
}

function publicRow({
  stream: _,
  told: __,
  tries: ___,
  ...row
}: TaskRow): Omit<TaskRow, 'stream' | 'told' | 'tries'> {
  return row
}
