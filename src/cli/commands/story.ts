import { existsSync } from 'node:fs'
import { relative } from 'node:path'
import { wrapAnsi } from 'fast-wrap-ansi'
import { createSessionFiles } from '../../adapters/files/session-files.ts'
import type { App } from '../../app.ts'
import { nearest } from '../../config/nearest.ts'
import { LoopworkError } from '../../errors.ts'
import type { Fact } from '../../events/catalogue.ts'
import type { StreamId } from '../../events/event.ts'
import type { AttemptFiles } from '../../ports/session-files.ts'
import { board } from '../../projections/board.ts'
import { costs } from '../../projections/costs.ts'
import { nothing, type Totals } from '../../projections/money.ts'
import { narrate } from '../../projections/narration.ts'
import { createSpans, type Span } from '../../projections/spans.ts'
import type { TaskRow } from '../../projections/task-row.ts'
import { duration } from '../../projections/wording.ts'
import type { Action, Surroundings } from '../command.ts'
import { costText } from '../cost-text.ts'
import { plain } from '../dashboard/plain.ts'
import { findState } from '../find-state.ts'
import { withStoreHere } from '../open-store.ts'

/** Where what is told begins, behind its time. */
const indent = 30

type Options = { task?: string; json?: boolean; verbose?: number }

/** The life of one task, told in order, with the files of each attempt. */
export const story: Action<Options> = {
  options: (yargs) => yargs.positional('task', { type: 'string', describe: 'Its id' }) as never,
  run: async ({ task = '', json, verbose = 0 }, { io, print }) =>
    withStoreHere(findState(io), io, async (app) => {
      const row = await findRow(app, task)
      const facts: Fact[] = []
      for await (const fact of app.log.readStream(row.stream as StreamId)) facts.push(fact)
      const spans = createSpans()
      for (const fact of facts) spans.take(fact)
      const spent = (await (await app.view(costs)).row<Totals>(row.stream)) ?? nothing
      if (json) {
        const { stream: _, ...about } = row
        print.json({ schema: 'loopwork/story@1', ...about, costs: spent, spans: spans.all, history: facts })
        return 0
      }
      print.line(print.paint.bold(plain(`${row.id} ${row.title}`)))
      print.line(plain(`${row.state}${row.reason ? `: ${row.reason}` : ''}`))
      print.line(`${row.attempts} attempts, ${costText(spent)}`)
      print.line()
      tell(app, facts, spans.all, verbose > 0, { io, print })
      return 0
    }),
}

async function findRow(app: App, id: string): Promise<TaskRow> {
  const rows = [...(await (await app.view(board)).rows<TaskRow>('task/')).values()]
  const found = rows.find((row) => row.id === id)
  if (found) return found
  const near = nearest(
    id,
    rows.map((row) => row.id),
  )
  throw new LoopworkError('not_found', `the log knows no task ${id}`, {
    hint: near ? `Did you mean ${near}?` : 'All of them: loopwork task list.',
  })
}

function tell(
  app: App,
  facts: readonly Fact[],
  spans: readonly Span[],
  isWhole: boolean,
  { io, print }: Pick<Surroundings, 'io' | 'print'>,
): void {
  const { paint } = print
  const wrapped = (text: string): string[] =>
    io.isTty ? wrapAnsi(text, Math.max(30, io.columns - indent), { trim: true }).split('\n') : [text]
  const begin = new Date(facts[0]?.at ?? 0).getTime()
  const files = createSessionFiles(app.stateDir)
  const colours = { debug: paint.dim, info: paint.reset, warn: paint.yellow, error: paint.red }
  for (const fact of facts) {
    if (!isWhole && untold.has(fact.event.type)) continue
    const { level, text } = narrate(fact)
    const after = duration(new Date(fact.at).getTime() - begin)
    const time = fact.at.slice(0, 19).replace('T', ' ')
    const [first = '', ...rest] = wrapped(plain(text))
    print.line(`${paint.dim(time)} ${paint.dim(`+${after}`.padEnd(9))} ${colours[level](first)}`)
    for (const more of rest) print.line(`${' '.repeat(indent)}${colours[level](more)}`)
    if (fact.event.type !== 'task.claimed') continue
    const its = spans.find(({ from }) => from === fact.at)?.files
    if (its) tellFiles(files.of(its.folder, its.iteration, true), { io, print })
  }
}

/** Where what an attempt was told, has printed and has changed can be read. */
function tellFiles(
  { prompt, output, changes }: AttemptFiles,
  { io, print }: Pick<Surroundings, 'io' | 'print'>,
): void {
  for (const [name, path] of Object.entries({ prompt, output, changes })) {
    if (existsSync(path)) print.line(print.paint.dim(`    ${name.padEnd(7)} ${relative(io.cwd, path)}`))
  }
}

/** What is of no interest to whoever asks for a story; `--verbose` tells it too. */
const untold: ReadonlySet<string> = new Set(['task.backlogTold', 'task.started', 'task.progressed'])
