import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdtempSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import { join, resolve } from 'node:path'
import { storeFailure } from '../../adapters/lmdb/failures.ts'
import { LoopworkError } from '../../errors.ts'
import type { Action } from '../command.ts'
import { findState } from '../find-state.ts'
import { hasStore, withApp } from '../open-store.ts'
import { type Verdict, verifyApart } from '../store/verify-apart.ts'

type Options = { file: string; force?: boolean; json?: boolean }

/** Copies the store to one file that only its owner can read, and sees that the copy is whole. */
export const backup: Action<Options> = {
  options: (yargs) =>
    yargs
      .positional('file', { type: 'string', describe: 'Where to' })
      .option('force', { type: 'boolean', default: false, describe: 'Overwrite the file' }) as never,
  run: async ({ file, force, json }, { io, print }) => {
    const place = findState(io)
    const target = resolve(io.cwd, file)
    if (!hasStore(place.stateDir)) {
      throw new LoopworkError('not_found', 'there is nothing here yet to be backed up', {
        hint: 'Begin with `loopwork start`.',
      })
    }
    if (existsSync(target) && !force) {
      throw new LoopworkError('rejected', `${target} is there already`, {
        hint: 'Name another file, or overwrite it with --force.',
      })
    }
    const { verdict, bytes } = await withFolder(target, async (folder) => {
      await withApp(place, io, (app) => app.backup(folder))
      const copy = join(folder, 'data.mdb')
      const seen = await verifyApart(folder, io)
      assertWhole(seen)
      sync(copy)
      renameSync(copy, target)
      return { verdict: seen, bytes: statSync(target).size }
    })
    if (json) print.json({ schema: 'loopwork/backup@1', file: target, events: verdict.events, bytes })
    else
      print.line(`${target} holds ${verdict.events} events (${bytes} bytes); it was read back and is whole.`)
    return 0
  },
}

async function withFolder<T>(target: string, use: (folder: string) => Promise<T>): Promise<T> {
  let folder: string | null = null
  try {
    folder = mkdtempSync(`${target}.unfinished-`)
    return await use(folder)
  } catch (thrown) {
    throw storeFailure(thrown, `writing the backup ${target}`)
  } finally {
    if (folder) rmSync(folder, { recursive: true, force: true })
  }
}

function assertWhole({ whole, problem }: Verdict): void {
  if (whole) return
  throw new LoopworkError('corrupt', `the store is damaged, so there is no backup: ${problem}`, {
    hint: '`loopwork verify` says more.',
  })
}

function sync(file: string): void {
  chmodSync(file, 0o600)
  const fd = openSync(file, 'r+')
  fsyncSync(fd)
  closeSync(fd)
}
