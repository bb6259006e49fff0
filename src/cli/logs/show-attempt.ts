import { existsSync } from 'node:fs'
import type { App } from '../../app.ts'
import { LoopworkError } from '../../errors.ts'
import type { Surroundings } from '../command.ts'
import type { Print } from '../print.ts'
import type { FoundAttempt } from './find-logs.ts'
import { followLines } from './follow-lines.ts'
import { lastLines } from './last-lines.ts'
import type { LineFilter } from './line-filter.ts'
import { parseLogLine, readLast } from './read-log.ts'

/** What one attempt was told, and what it said. */
export async function showAttempt(
  { row, files }: FoundAttempt,
  { lines, json = false }: { readonly lines: number; readonly json?: boolean },
  filter: LineFilter,
  print: Print,
): Promise<void> {
  assertKept({ row, files })
  const prompt = await readLast(files.prompt, Number.POSITIVE_INFINITY)
  const output = await lastLines(files.output, lines, filter, true)
  if (json) {
    print.json({
      schema: 'loopwork/attempt-output@1',
      iteration: row.iteration,
      task: row.task,
      prompt: prompt.join('\n'),
      output: output.lines.join('\n'),
      metadata: { ...row, files },
    })
    return
  }
  print.line(print.paint.bold(`Prompt   ${files.prompt}`))
  for (const line of prompt) print.line(line)
  print.line(print.paint.bold(`Output   ${files.output}`))
  for (const line of output.lines) print.line(line)
}

/** What an attempt says as it says it, and after it what the next attempt at the same task says. */
export async function followAttempt(
  app: App,
  attempt: FoundAttempt,
  how: {
    readonly lines: number
    readonly json?: boolean
    readonly isWanted: (line: string) => boolean
    readonly find: () => Promise<FoundAttempt>
  },
  { io, print }: Pick<Surroundings, 'io' | 'print'>,
): Promise<void> {
  assertKept(attempt)
  const sourceOf = ({ row, files }: FoundAttempt) => ({
    name: `Attempt ${row.attempt} at ${row.task}`,
    path: files.output,
  })
  const source = sourceOf(attempt)
  const filter = { isWanted: how.isWanted, isTooOld: () => false }
  const { lines, end } = await lastLines(source.path, how.lines, filter, false)
  print.note(print.paint.dim(`${source.name}: ${source.path}`))
  for (const line of lines) how.json ? print.jsonLine(parseLogLine(line)) : print.line(line)
  await followLines(
    app,
    { source, from: end },
    { isWanted: how.isWanted, json: how.json === true, newest: async () => sourceOf(await how.find()) },
    { io, print },
  )
}

/** An ended attempt without files had them once: they are only kept for a while. */
function assertKept({ row, files }: FoundAttempt): void {
  if (row.endedAt === null || existsSync(files.prompt) || existsSync(files.output)) return
  throw new LoopworkError('not_found', `the files of iteration ${row.iteration} are no longer kept`, {
    hint: 'How long they are kept is `retention` in loopwork.config.ts; `loopwork task show` has what is in the log.',
  })
}
