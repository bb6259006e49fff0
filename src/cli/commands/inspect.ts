import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { LoopworkError } from '../../errors.ts'
import type { Action, Surroundings } from '../command.ts'
import { findState } from '../find-state.ts'
import { withStoreHere } from '../open-store.ts'
import { type ChartFormat, chartFormats, chartText } from '../web/chart-text.ts'
import { findMachine } from '../web/find-machine.ts'
import { openSeen, type Seen, serveUi, type UiOptions } from '../web/serve-ui.ts'

type Options = UiOptions & {
  readonly subject?: string
  readonly format?: ChartFormat
  readonly out?: string | undefined
  readonly stately?: boolean
}

/** One machine, live: its chart with the present state lit, and the slider through its past. */
export const inspect: Action<Options> = {
  options: (yargs) =>
    yargs
      .positional('subject', {
        type: 'string',
        describe: 'A task or a namespace; with --format also just `task` or `loop`',
      })
      .options({
        port: { type: 'number', default: 0, describe: 'The port; 0 takes any that is free' },
        file: { type: 'string', describe: 'Show the events of this file (`loopwork export`) instead' },
        format: { choices: chartFormats, describe: 'Print the chart instead of serving it' },
        out: { alias: 'o', type: 'string', describe: 'With --format: write the chart to this file' },
        stately: {
          type: 'boolean',
          default: false,
          describe:
            'Show states and names of events, without their contents, in the hosted inspector of stately.ai',
        },
      }) as never,
  run: async (options, surroundings) => {
    if (options.format) return exportChart(options, options.format, surroundings)
    if (options.out) {
      throw new LoopworkError('invalid', '--out says where a chart goes, and none was asked for', {
        hint: `Add --format ${chartFormats.join(', --format ')}.`,
      })
    }
    if (options.stately) {
      const { feedStately } = await import('../web/feed-stately.ts')
      const { subject } = options
      if (subject === undefined) {
        throw new LoopworkError('invalid', '--stately needs the task or the namespace that is to be shown')
      }
      return seen(options, surroundings, async (what) =>
        feedStately(what.log, (await findMachine(what, subject)).stream, options, surroundings),
      )
    }
    return serveUi(options, surroundings, async (what) => {
      if (options.subject === undefined) return '#/inspect'
      return `#/inspect/${encodeURIComponent((await findMachine(what, options.subject)).stream)}`
    })
  },
}

/** Uses the log of a file, or of the project here. */
async function seen(
  { file }: Options,
  { io }: Surroundings,
  use: (what: Seen) => Promise<number>,
): Promise<number> {
  return file === undefined
    ? withStoreHere(findState(io), io, use)
    : use(await openSeen(resolve(io.cwd, file)))
}

async function exportChart(
  options: Options,
  format: ChartFormat,
  surroundings: Surroundings,
): Promise<number> {
  const { io, print } = surroundings
  const { subject = 'task', out } = options
  const write = async (text: string): Promise<number> => {
    if (out === undefined) {
      io.out(text)
      return 0
    }
    await writeFile(resolve(io.cwd, out), text)
    print.line(`${out} holds the chart.`)
    return 0
  }
  if (subject === 'task' || subject === 'loop') return write(chartText(format, subject, null))
  return seen(options, surroundings, async (what) => {
    const { stream, state } = await findMachine(what, subject)
    return write(chartText(format, stream.startsWith('loop/') ? 'loop' : 'task', state))
  })
}
