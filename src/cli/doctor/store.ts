import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { lastRing } from '../../adapters/lmdb/bell.ts'
import { leftOpening } from '../../adapters/lmdb/opening.ts'
import { openJobs } from '../../adapters/supervisor/orphans.ts'
import { createProcesses } from '../../adapters/supervisor/processes.ts'
import { type App, storeFolder } from '../../app.ts'
import { asFailure } from '../../errors.ts'
import { overview, type PluginStatus } from '../../plugins/overview.ts'
import { type LoopRow, loops, sessionOwnerPrefix } from '../../projections/loops.ts'
import { duration } from '../../projections/wording.ts'
import type { Io } from '../io.ts'
import { hasStore } from '../open-store.ts'
import { runApart } from '../store/run-apart.ts'
import { bad, type Finding, good, warning } from './finding.ts'
import { lookAtReports } from './plugins.ts'

/** What a short look into the store has shown. */
export type Look = {
  readonly head: number
  /** When the newest event was written. */
  readonly at: string | null
  readonly loops: readonly {
    readonly namespace: string
    readonly pid: number | null
    readonly isAlive: boolean
  }[]
  readonly plugins: readonly PluginStatus[]
}

/** Opens the store for a short look; may die of damage, so it is run in a process of its own. */
export async function lookInside(app: App): Promise<Look> {
  const head = await app.log.head()
  const processes = createProcesses()
  const rows = await (await app.view(loops)).rows<LoopRow>('')
  let at: string | null = null
  for await (const [fact] of app.log.readAfter(head - 1)) at = fact?.at ?? null
  return {
    head,
    at,
    plugins: await overview(app.plugins),
    loops: [...rows].flatMap(([key, { namespace, holder, state }]) =>
      key.startsWith(sessionOwnerPrefix) || state === 'stopped'
        ? []
        : { namespace, pid: holder?.pid ?? null, isAlive: holder !== null && processes.isAlive(holder) },
    ),
  }
}

/** The store, the clock that it is written by, and what crashes have left behind. */
export async function lookAtStore(stateDir: string, io: Io): Promise<Finding[]> {
  if (!hasStore(stateDir)) return [good('Store', 'nothing has run here yet')]
  const path = join(stateDir, storeFolder)
  const crashed = leftOpening(path) // before the look, which removes it where all is well
  const acknowledged = lastRing(join(path, 'wake'))
  const ran = await runApart<Look>(['doctor', '--look'], io).catch((thrown) => ({
    failure: asFailure(thrown),
  }))
  const jobs = await orphans(stateDir)
  const leftovers = lookAtLeftovers(stateDir)
  if ('failure' in ran) {
    const { code, message, hint = 'Run `loopwork verify`.' } = ran.failure
    return [bad('Store', message, hint, code), ...jobs, ...leftovers]
  }
  const mend =
    'Stop all loops and run `loopwork verify`; then restore a backup, or `loopwork export --salvage <folder>`.'
  if ('diedOf' in ran) {
    return [
      bad('Store', `opening it ends the process (${ran.diedOf})`, mend, 'corrupt'),
      ...jobs,
      ...leftovers,
    ]
  }
  const { head, at, loops: found, plugins } = ran.answer
  const size = (statSync(join(path, 'data.mdb')).size / 1024 ** 2).toFixed(1)
  return [
    acknowledged > head
      ? bad('Store', `it ends at event ${head}, though event ${acknowledged} was on disk`, mend, 'corrupt')
      : good('Store', `${head} events, ${size} MiB; \`loopwork verify\` reads all of it`),
    ...(crashed === null
      ? []
      : [
          warning(
            'Store',
            `process ${crashed} died while it opened the store`,
            'It opened now. Run `loopwork verify` to be sure.',
          ),
        ]),
    lookAtClock(at),
    ...found.map(lookAtLoop),
    ...lookAtReports(plugins),
    ...jobs,
    ...leftovers,
  ]
}

function lookAtLoop({ namespace, pid, isAlive }: Look['loops'][number]): Finding {
  const subject = `Loop ${namespace}`
  if (isAlive) return good(subject, `runs in process ${pid}`)
  return warning(
    subject,
    `its process ${pid ?? ''} died without a word`,
    `Go on with \`loopwork resume --namespace ${namespace}\`.`,
  )
}

function lookAtClock(newest: string | null): Finding {
  const now = new Date()
  const ahead = newest ? new Date(newest).getTime() - now.getTime() : 0
  if (ahead < 5_000) return good('Clock', now.toISOString())
  return warning(
    'Clock',
    `it is ${duration(ahead)} behind the newest event`,
    'Set the clock: waits end late, and days are counted wrong.',
  )
}

/** Agents that run on although nobody would record their end. */
async function orphans(stateDir: string): Promise<Finding[]> {
  const jobs = await openJobs(join(stateDir, 'sessions'), createProcesses())
  const left = jobs.filter(({ isKept, pids }) => !isKept && pids.length > 0)
  if (left.length === 0) return [good('Orphaned agents', 'none')]
  return left.map(({ key, pids }) =>
    warning(
      'Orphaned agents',
      `the supervisor of ${key} died; ${pids.join(', ')} run on`,
      `End them: kill -9 ${pids.join(' ')}`,
    ),
  )
}

/** Folders of a restore that did not come to its end. */
function lookAtLeftovers(stateDir: string): Finding[] {
  return readdirSync(stateDir)
    .filter((name) => name.startsWith(`${storeFolder}.restoring-`))
    .map((name) =>
      warning('Leftovers', `${join(stateDir, name)} is of a restore that broke off`, 'Remove it.'),
    )
}
