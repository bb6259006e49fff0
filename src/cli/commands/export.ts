import { createWriteStream, mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { Readable, type Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Scan } from '../../adapters/lmdb/scan.ts'
import { storeFolder } from '../../app.ts'
import { secretsIn } from '../../config/secrets.ts'
import { LoopworkError } from '../../errors.ts'
import type { Fact } from '../../events/catalogue.ts'
import { taskOf } from '../../events/event.ts'
import { maskOf } from '../../runtime/masked.ts'
import type { Action, Surroundings } from '../command.ts'
import { findState } from '../find-state.ts'
import { hasStore, withApp } from '../open-store.ts'

type Options = {
  task?: string | undefined
  out?: string | undefined
  salvage?: string | undefined
  scan?: string | undefined
  store?: string | undefined
  json?: boolean
}

/** The events as JSON Lines, oldest first, one whole event a line, for other programs. */
export const exportEvents: Action<Options> = {
  options: (yargs) =>
    yargs.options({
      task: { type: 'string', describe: 'Only what happened to this task' },
      out: { alias: 'o', type: 'string', describe: 'To this file, which only its owner can read' },
      salvage: { type: 'string', describe: 'Save what can be read of a damaged store to this folder' },
      store: { type: 'string', describe: 'With --salvage: the folder of another store' },
      scan: { type: 'string', hidden: true },
    }) as never,
  run: async (options, surroundings) => {
    const { io } = surroundings
    const place = findState(io)
    const store = resolve(io.cwd, options.store ?? join(place.stateDir, storeFolder))
    if (options.scan) return scanHere(store, options.scan, options.out ?? '')
    if (options.salvage) return saveTo(resolve(io.cwd, options.salvage), store, options, surroundings)
    if (!hasStore(place.stateDir)) {
      throw new LoopworkError('not_found', 'nothing has happened here yet', {
        hint: 'Begin with `loopwork start`.',
      })
    }
    return withApp(place, io, (app) => exportAll(app.log.readAfter(0), options, surroundings))
  },
}

async function exportAll(
  batches: AsyncIterable<readonly Fact[]>,
  { task, out, json }: Options,
  { io, print }: Surroundings,
): Promise<number> {
  const file = out ? resolve(io.cwd, out) : null
  let events = 0
  const isMeant = (fact: Fact) =>
    task === undefined || (fact.stream.startsWith('task/') && taskOf(fact.stream).id === task)
  const chosen = async function* () {
    for await (const batch of batches) {
      const meant = batch.filter(isMeant)
      events += meant.length
      yield meant
    }
  }
  await writeLines(chosen(), file, io)
  if (task !== undefined && events === 0) {
    throw new LoopworkError('not_found', `nothing has ever happened to a task ${task}`, {
      hint: 'All of them: loopwork task list.',
    })
  }
  if (file && json) print.json({ schema: 'loopwork/export@1', file, events })
  else if (file) print.line(`${file} holds ${events} events.`)
  return 0
}

async function saveTo(
  folder: string,
  store: string,
  { json }: Options,
  { io, print }: Surroundings,
): Promise<number> {
  const { salvage } = await import('../store/salvage.ts')
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const file = join(folder, 'events.jsonl')
  const saved = await salvage(store, folder, io, (facts) => writeLines(inBatches(facts), file, io))
  if (json) {
    print.json({ schema: 'loopwork/salvage@1', store, file, ...saved })
    return 0
  }
  print.line(`${saved.found} events up to position ${saved.last} could be read, ${saved.lost} could not.`)
  print.line(`All that could be read: ${file}`)
  print.line(`A store with ${saved.kept} of them, every history up to its first hole: ${saved.backup}`)
  print.line(`Put it in place with: loopwork restore --force ${saved.backup}`)
  return 0
}

async function scanHere(store: string, words: string, file: string): Promise<number> {
  const [by, from, to] = words.split(':')
  const { scanStore } = await import('../../adapters/lmdb/scan.ts')
  await scanStore(store, { by: by as Scan['by'], from: Number(from), to: Number(to) }, file)
  return 0
}

async function* inBatches(facts: Iterable<Fact>): AsyncGenerator<readonly Fact[]> {
  for (const fact of facts) yield [fact]
}

/** One piece of text a batch, as fast as they can be taken. */
async function writeLines(
  batches: AsyncIterable<readonly Fact[]>,
  file: string | null,
  { env, terminal }: Surroundings['io'],
): Promise<void> {
  const masked = maskOf(secretsIn(env))
  const texts = async function* () {
    for await (const batch of batches) {
      if (batch.length > 0) yield batch.map((fact) => `${JSON.stringify(masked(fact))}\n`).join('')
    }
  }
  const sink: Writable = file ? createWriteStream(file, { mode: 0o600 }) : terminal
  await pipeline(Readable.from(texts()), sink, { end: file !== null }).catch((thrown) => {
    if (file === null && thrown.code === 'EPIPE') return // whoever reads us may stop at any time
    throw unwritable(file, thrown)
  })
}

function unwritable(file: string | null, cause: NodeJS.ErrnoException): unknown {
  if (file === null || cause instanceof LoopworkError) return cause
  return new LoopworkError('unavailable', `cannot write ${file} (${cause.code ?? cause.message})`, {
    hint: 'Check that its folder exists, that you may write there and that the disk has room.',
    cause,
  })
}
