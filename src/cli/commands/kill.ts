import type { App } from '../../app.ts'
import { type EndedBy, endLoop, type Patience } from '../../daemon/end-loop.ts'
import { writeScriptFiles } from '../../daemon/script-files.ts'
import { nothingRuns } from '../../daemon/steer-loop.ts'
import { LoopworkError } from '../../errors.ts'
import { type LoopRow, loops, sessionOwnerPrefix } from '../../projections/loops.ts'
import type { Action, Surroundings } from '../command.ts'
import { showOrphansCleaned } from '../daemon/clean-orphans.ts'
import { gripOn } from '../daemon/grip.ts'
import { findState } from '../find-state.ts'
import { oneOrAll } from '../namespace.ts'
import { hasStore, withApp } from '../open-store.ts'

type Options = {
  namespace?: string | undefined
  config?: string | undefined
  all?: boolean
  orphans?: boolean
  force?: boolean
  dryRun?: boolean
  grace?: number
  json?: boolean
}

/** Ends loops: by request, then by signal, until nothing of them is left. */
export const kill: Action<Options> = {
  options: (yargs) =>
    yargs.positional('namespace', { type: 'string', describe: 'The namespace of the loop' }).options({
      all: { type: 'boolean', default: false, describe: 'The loops of all namespaces' },
      orphans: { type: 'boolean', default: false, describe: 'Agents that a crashed loop has left' },
      force: {
        type: 'boolean',
        default: false,
        describe: 'Do not wait for what runs; with --orphans: also where the loop does not answer',
      },
      grace: { type: 'number', default: 10, describe: 'Seconds that what runs is given to end by itself' },
      'dry-run': { type: 'boolean', default: false, describe: 'Only show what would be ended' },
    }) as never,
  run: async (options, surroundings) => {
    const { io } = surroundings
    const place = findState(io)
    const one = options.orphans ? null : await oneOrAll(options, surroundings)
    if (!hasStore(place.stateDir)) {
      if (one !== null) throw nothingRuns(one)
      return showEnded([], options, surroundings)
    }
    return withApp(place, io, async (app) => {
      if (options.orphans) return showOrphansCleaned(app, options, surroundings)
      const rows = await rowsToEnd(app, one)
      if (rows.length === 0 && one !== null) throw nothingRuns(one)
      return showEnded(await endAll(app, rows, options, surroundings), options, surroundings)
    })
  },
}

/** How patiently a loop is ended. The interrupt leaves agents the time that they are given to end themselves. */
export function patienceOf({ force = false, grace = 10 }: Pick<Options, 'force' | 'grace'>): Patience {
  if (!(grace >= 0)) {
    throw new LoopworkError('invalid', `--grace must be a number of seconds from 0, found ${grace}`, {
      hint: 'Write `--grace 30`.',
    })
  }
  return { drain: force ? 0 : grace * 1000, interrupt: 20_000, signal: 10_000 }
}

/** Loops that run, or whose process is gone without a word. */
async function rowsToEnd(app: App, namespace: string | null): Promise<LoopRow[]> {
  const rows = await (await app.view(loops)).rows<LoopRow>('')
  return [...rows].flatMap(([key, row]) => {
    const isMeant = !key.startsWith(sessionOwnerPrefix) && (namespace === null || row.namespace === namespace)
    return isMeant && row.state !== 'stopped' ? row : []
  })
}

type Ended = { readonly namespace: string; readonly pid: number | null; readonly by: EndedBy | null }

async function endAll(
  app: App,
  rows: readonly LoopRow[],
  options: Options,
  surroundings: Surroundings,
): Promise<Ended[]> {
  const { print } = surroundings
  const grip = gripOn(app, options, surroundings)
  const patience = patienceOf(options)
  const ended = await Promise.all(
    rows.map(async (row): Promise<Ended> => {
      const { namespace } = row
      const pid = row.holder?.pid ?? null
      if (options.dryRun) return { namespace, pid, by: null }
      const tell = (by: EndedBy) => print.note(print.paint.dim(`${namespace}: ${steps[by]}`))
      return { namespace, pid, by: await endLoop(grip, row, patience, tell) }
    }),
  )
  if (!options.dryRun) await writeScriptFiles(app, grip.processes, null)
  return ended
}

const steps: Readonly<Record<EndedBy, string>> = {
  gone: 'its process was gone',
  drain: 'asked to let what runs end, then to stop',
  interrupt: 'asked to end what runs',
  SIGTERM: 'does not answer: SIGTERM',
  SIGKILL: 'does not answer: SIGKILL',
}

function showEnded(
  ended: readonly Ended[],
  { json, dryRun = false }: Options,
  { print }: Surroundings,
): number {
  if (json) print.json({ schema: 'loopwork/kill@1', command: 'kill', dryRun, ended })
  else if (ended.length === 0) print.line('No loop runs.')
  for (const { namespace, pid, by } of json ? [] : ended) {
    if (by === null) print.line(`would end ${namespace} (process ${pid ?? '?'})`)
    else print.line(`${namespace} has ended${by === 'gone' ? ': its process was gone' : ''}`)
  }
  return 0
}
