import { chmodSync, constants, copyFileSync, existsSync, mkdirSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { storeFailure } from '../../adapters/lmdb/failures.ts'
import { replaceStore } from '../../adapters/lmdb/replace.ts'
import { storeFolder } from '../../app.ts'
import { LoopworkError } from '../../errors.ts'
import type { Action, Surroundings } from '../command.ts'
import { findState } from '../find-state.ts'
import type { Io } from '../io.ts'
import { hasStore } from '../open-store.ts'
import type { Comparison } from '../store/compare.ts'
import { runApart } from '../store/run-apart.ts'
import { verifyApart } from '../store/verify-apart.ts'

type Options = { file: string; force?: boolean; compare?: boolean; json?: boolean }

/** Puts a backup in the place of the store, after it was seen to be whole; keeps what was there. */
export const restore: Action<Options> = {
  options: (yargs) =>
    yargs
      .positional('file', { type: 'string', describe: 'The backup' })
      .option('force', {
        type: 'boolean',
        default: false,
        describe: 'Also where the store is newer, has another history, or is in use',
      })
      .option('compare', { type: 'boolean', default: false, hidden: true }) as never,
  run: async (options, surroundings) => {
    const { io, print } = surroundings
    const place = findState(io)
    const file = resolve(io.cwd, options.file)
    if (options.compare) {
      const { compareStores } = await import('../store/compare.ts')
      print.json(await compareStores(place, file))
      return 0
    }
    if (!existsSync(file)) {
      throw new LoopworkError('not_found', `there is no ${file}`, {
        hint: 'Backups are made by `loopwork backup`.',
      })
    }
    const done = await restoreFrom(file, place.stateDir, options.force === true, surroundings)
    if (options.json) print.json({ schema: 'loopwork/restore@1', ...done })
    else {
      print.line(`The store is as it was when ${file} was made: ${done.events} events.`)
      if (done.keptAside) print.line(`What was there before is in ${done.keptAside}.`)
    }
    return 0
  },
}

async function restoreFrom(file: string, stateDir: string, isForced: boolean, surroundings: Surroundings) {
  const { io, print } = surroundings
  const incoming = join(stateDir, `${storeFolder}.restoring-${io.pid}`)
  const present = join(stateDir, storeFolder)
  try {
    mkdirSync(incoming, { recursive: true, mode: 0o700 })
    copyFileSync(file, join(incoming, 'data.mdb'), constants.COPYFILE_FICLONE)
    chmodSync(join(incoming, 'data.mdb'), 0o600)
    const { whole, problem, events } = await verifyApart(incoming, io)
    if (!whole) {
      throw new LoopworkError('corrupt', `${file} is damaged: ${problem}`, {
        hint: 'The store was left as it is. Take an older backup.',
      })
    }
    const isThere = hasStore(stateDir)
    if (isThere) await assertReplaceable(incoming, isForced, io, print.warn)
    const keptAside = existsSync(present)
      ? join(stateDir, `${storeFolder}.before-${stamp(new Date())}`)
      : null
    await replaceStore({ present, incoming, aside: keptAside ?? '' })
    return { file, events, keptAside }
  } catch (thrown) {
    throw storeFailure(thrown, `restoring ${file}`)
  } finally {
    rmSync(incoming, { recursive: true, force: true })
  }
}

/** A store that cannot even be read is nothing to be careful of: it is kept aside anyway. */
async function assertReplaceable(
  incoming: string,
  isForced: boolean,
  io: Io,
  warn: (text: string) => void,
): Promise<void> {
  const objection = await objectionTo(incoming, io)
  if (!objection) return
  if (isForced) return warn(objection)
  throw new LoopworkError('rejected', objection, {
    hint: 'What is there would be kept aside. Go on with --force if that is what you want.',
  })
}

async function objectionTo(incoming: string, io: Io): Promise<string | null> {
  const ran = await runApart<Comparison>(['restore', incoming, '--compare'], io).catch((thrown) => {
    if (thrown instanceof LoopworkError && thrown.code === 'corrupt') return { diedOf: thrown.message }
    throw thrown
  })
  if ('diedOf' in ran) return null
  const { present, incoming: restored, isSameHistory, running } = ran.answer
  const [loop] = running
  if (loop) return `process ${loop.pid} is working in the namespace ${loop.namespace} on the present store`
  if (!isSameHistory) return 'the present store has another history than the backup'
  if (present > restored)
    return `the present store has ${present - restored} events that the backup does not have`
  return null
}

/** `2026-01-25T10-30-45`, in UTC. */
function stamp(now: Date): string {
  return now.toISOString().slice(0, 19).replaceAll(':', '-')
}
