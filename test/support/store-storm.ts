import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { openLmdbStore } from '../../src/adapters/lmdb/store.ts'

/** What a worker has been told is durable: ids by position. */
export type Acknowledged = Map<number, string>

export type Worker = {
  readonly child: ChildProcess
  /** Resolves when it has ended and all it said was read; rejects unless it ended well or was killed. */
  readonly ended: Promise<void>
}

/** Starts a worker on a store, and notes what it says was acknowledged. */
export function startWorker(
  program: string,
  args: readonly string[],
  acknowledged: Acknowledged,
  problems: string[],
): Worker {
  const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  let errors = ''
  child.stderr.on('data', (chunk) => {
    errors += chunk
  })
  createInterface(child.stdout).on('line', (line) => {
    const [position, id] = line.split(' ')
    if (id) note(acknowledged, Number(position), id, problems)
  })
  const ended = once(child, 'close').then(([code, signal]) => {
    if (code !== 0 && signal !== 'SIGKILL')
      problems.push(`${args.join(' ')}: exit ${code ?? signal}: ${errors.trim()}`)
  })
  return { child, ended }
}

function note(acknowledged: Acknowledged, position: number, id: string, problems: string[]): void {
  const other = acknowledged.get(position)
  if (other && other !== id) problems.push(`position ${position} was given to ${other} and to ${id}`)
  acknowledged.set(position, id)
}

/** Compares what was acknowledged with what is there. */
export async function verify(
  path: string,
  acknowledged: Acknowledged,
): Promise<{ events: number; lost: number }> {
  const { log, close } = await openLmdbStore({ path, clock: { now: () => new Date() }, newId: () => 'none' })
  const found = new Map<number, string>()
  for await (const batch of log.readAfter(0)) for (const { position, id } of batch) found.set(position, id)
  await close()
  const lost = [...acknowledged].filter(([position, id]) => found.get(position) !== id)
  return { events: found.size, lost: lost.length }
}

export const storePath = (folder: string): string => join(folder, 'store')
