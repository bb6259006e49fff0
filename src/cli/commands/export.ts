import { createWriteStream } from 'node:fs'
import { resolve } from 'node:path'
import { Readable, type Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { secretsIn } from '../../config/secrets.ts'
import { LoopworkError } from '../../errors.ts'
import type { Fact } from '../../events/catalogue.ts'
import { taskOf } from '../../events/event.ts'
import type { EventLog } from '../../ports/event-log.ts'
import { maskedDeeply } from '../../runtime/masked.ts'
import type { Action } from '../command.ts'
import { findState } from '../find-state.ts'
import { hasStore, withApp } from '../open-store.ts'

type Options = { task?: string | undefined; out?: string | undefined; json?: boolean }

/** The events as JSON Lines, oldest first, one whole event a line, for other programs. */
export const exportEvents: Action<Options> = {
  options: (yargs) =>
    yargs.options({
      task: { type: 'string', describe: 'Only what happened to this task' },
      out: { alias: 'o', type: 'string', describe: 'To this file, which only its owner can read' },
    }) as never,
  run: async ({ task, out, json }, { io, print }) => {
    const place = findState(io)
    if (!hasStore(place.stateDir)) {
      throw new LoopworkError('not_found', 'nothing has happened here yet', {
        hint: 'Begin with `loopwork start`.',
      })
    }
    const file = out ? resolve(io.cwd, out) : null
    const secrets = secretsIn(io.env)
    const count = { events: 0 }
    await withApp(place, io, async ({ log }) => {
      const isMeant = (fact: Fact) =>
        task === undefined || (fact.stream.startsWith('task/') && taskOf(fact.stream).id === task)
      const text = (fact: Fact) => `${JSON.stringify(maskedDeeply(fact, secrets))}\n`
      await pipeline(Readable.from(linesOf(log, isMeant, text, count)), sinkOf(file, io.terminal), {
        end: file !== null,
      }).catch((thrown: NodeJS.ErrnoException) => {
        if (file === null && thrown.code === 'EPIPE') return // whoever reads us may stop at any time
        throw unwritable(file, thrown)
      })
    })
    if (task !== undefined && count.events === 0) {
      throw new LoopworkError('not_found', `nothing has ever happened to a task ${task}`, {
        hint: 'All of them: loopwork task list.',
      })
    }
    if (file && json) print.json({ schema: 'loopwork/export@1', file, events: count.events })
    else if (file) print.line(`${file} holds ${count.events} events.`)
    return 0
  },
}

/** One piece of text a batch. */
async function* linesOf(
  log: Pick<EventLog, 'readAfter'>,
  isMeant: (fact: Fact) => boolean,
  text: (fact: Fact) => string,
  count: { events: number },
): AsyncGenerator<string> {
  for await (const batch of log.readAfter(0)) {
    const meant = batch.filter(isMeant)
    count.events += meant.length
    if (meant.length > 0) yield meant.map(text).join('')
  }
}

function sinkOf(file: string | null, terminal: Writable): Writable {
  return file ? createWriteStream(file, { mode: 0o600 }) : terminal
}

function unwritable(file: string | null, cause: NodeJS.ErrnoException): unknown {
  if (file === null || cause instanceof LoopworkError) return cause
  return new LoopworkError('unavailable', `cannot write ${file} (${cause.code ?? cause.message})`, {
    hint: 'Check that its folder exists, that you may write there and that the disk has room.',
    cause,
  })
}
