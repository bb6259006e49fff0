import { createReadStream, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { openRescue, type Rescue } from '../../adapters/lmdb/rescue.ts'
import type { Scan } from '../../adapters/lmdb/scan.ts'
import { LoopworkError } from '../../errors.ts'
import type { Fact } from '../../events/catalogue.ts'
import type { Io } from '../io.ts'
import { runApart } from './run-apart.ts'

/** What could be saved of a damaged store. */
export type Salvage = {
  /** Events that could be read. */
  readonly found: number
  /** The position of the last of them. */
  readonly last: number
  /** Those before it that could not. */
  readonly lost: number
  /** Events of the new store: all histories up to their first hole. */
  readonly kept: number
  /** The new store, for `loopwork restore`. */
  readonly backup: string
}

/** So often a single event may end the process that reads it before the search is given up. */
const mostDeaths = 200
const everything = Number.MAX_SAFE_INTEGER

/**
 * Reads a damaged store forward, backward and, in between, event by event, each in a process of its own that
 * may die of it. `write` is given what was found, in order.
 */
export async function salvage(
  store: string,
  folder: string,
  io: Io,
  write: (facts: Iterable<Fact>) => Promise<void>,
): Promise<Salvage> {
  const work = join(folder, 'unfinished')
  mkdirSync(join(work, 'copy'), { recursive: true, mode: 0o700 })
  const rescue = openRescue(work)
  try {
    const { found, last } = await readAllWays(store, work, rescue, io)
    if (found === 0) {
      throw new LoopworkError('corrupt', `no event can be read from ${store}`, {
        hint: '`loopwork restore` brings a backup back.',
      })
    }
    await write(rescue.facts())
    const kept = await rescue.build(join(work, 'copy'))
    const backup = join(folder, 'store.backup')
    renameSync(join(work, 'copy', 'data.mdb'), backup)
    return { found, last, lost: last - found, kept, backup }
  } finally {
    await rescue.close()
    rmSync(work, { recursive: true, force: true })
  }
}

async function readAllWays(store: string, work: string, rescue: Rescue, io: Io) {
  const seen = new Set<number>()
  const run = async (scan: Scan): Promise<{ end: number; died: boolean }> => {
    const file = join(work, 'scan')
    rmSync(file, { force: true })
    const words = ['export', '--scan', `${scan.by}:${scan.from}:${scan.to}`, '--store', store, '--out', file]
    const ran = await runApart(words, io)
    return { end: await takeFrom(file, rescue, seen), died: 'diedOf' in ran }
  }

  await run({ by: 'forward', from: 1, to: everything })
  const forward = firstHole(seen)
  await run({ by: 'backward', from: forward, to: everything })
  const last = [...seen].reduce((most, position) => Math.max(most, position), 0)
  for (let from = forward, deaths = 0; from <= last && deaths < mostDeaths; ) {
    const { end, died } = await run({ by: 'points', from, to: last })
    if (!died) break
    deaths += 1
    from = Math.max(end, from) + 1
  }
  return { found: seen.size, last }
}

function firstHole(seen: ReadonlySet<number>): number {
  let position = 1
  while (seen.has(position)) position += 1
  return position
}

/** Takes what a scan has left; gives the position it came to. */
async function takeFrom(file: string, rescue: Rescue, seen: Set<number>): Promise<number> {
  let end = 0
  if (!existsSync(file)) return end
  for await (const line of createInterface({ input: createReadStream(file) })) {
    const [position = '', bytes] = line.split(' ')
    end = Number(position)
    if (bytes && !seen.has(end) && rescue.take(end, Buffer.from(bytes, 'base64'))) seen.add(end)
  }
  return end
}
