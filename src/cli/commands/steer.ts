import { createProcesses } from '../../adapters/supervisor/processes.ts'
import type { App } from '../../app.ts'
import { nothingRuns, type Steering, steerLoop } from '../../daemon/steer-loop.ts'
import { holderOf } from '../../daemon/take-namespace.ts'
import { type LoopRow, loops, sessionOwnerPrefix } from '../../projections/loops.ts'
import type { Action, Surroundings } from '../command.ts'
import { findState } from '../find-state.ts'
import { oneOrAll } from '../namespace.ts'
import { hasStore, withApp } from '../open-store.ts'

type Options = {
  namespace?: string | undefined
  config?: string | undefined
  all?: boolean
  json?: boolean
}

const byHand = 'asked for on the command line'

export const stop = steering(
  { type: 'drain', reason: byHand },
  { there: 'lets what runs end, then stops', absent: 'does not run' },
)
export const pause = steering(
  { type: 'pause', reason: byHand },
  {
    there: 'begins nothing new; `continue` lets it go on',
    absent: 'does not run; once it is started it begins nothing before `continue`',
  },
)
export const goOn = steering(
  { type: 'continue', reason: byHand },
  { there: 'goes on', absent: 'is not paused any more; it does not run, `start -d` begins it' },
)

/** A command for the loop of a namespace, or for all. It is written to the log, where the loop hears of it. */
function steering(
  command: Steering,
  /** What becomes of a loop that is there, and of a namespace without one. */
  effect: { readonly there: string; readonly absent: string },
): Action<Options> {
  return {
    options: (yargs) =>
      yargs
        .positional('namespace', { type: 'string', describe: 'The namespace of the loop' })
        .option('all', { type: 'boolean', default: false, describe: 'The loops of all namespaces' }) as never,
    run: async (options, surroundings) => {
      const { print } = surroundings
      const one = await oneOrAll(options, surroundings)
      const told = await tell(one, command, surroundings)
      if (options.json) {
        const namespaces = told.map(({ namespace }) => namespace)
        print.json({ schema: 'loopwork/steer@1', namespace: one, namespaces, command: command.type })
        return 0
      }
      for (const { namespace, isThere } of told) {
        print.line(`${namespace} ${isThere ? effect.there : effect.absent}`)
      }
      if (told.length === 0) print.line(command.type === 'continue' ? 'Nothing is paused.' : 'No loop runs.')
      return 0
    },
  }
}

type Told = { readonly namespace: string; readonly isThere: boolean }

/** Tells one namespace, or with null all that are meant. */
async function tell(one: string | null, command: Steering, { io }: Surroundings): Promise<Told[]> {
  const place = findState(io)
  if (!hasStore(place.stateDir)) {
    if (one !== null) throw nothingRuns(one)
    return []
  }
  return withApp(place, io, async (app) => {
    const namespaces = one === null ? await concerned(app, command) : [one]
    return Promise.all(
      namespaces.map(async (namespace) => ({
        namespace,
        ...(await steerLoop(app, namespace, command, 'cli')),
      })),
    )
  })
}

/** The namespaces that are meant by all: those that are paused to go on, otherwise those that run. */
async function concerned(app: App, { type }: Steering): Promise<string[]> {
  const rows = [...(await (await app.view(loops)).rows<LoopRow>(''))]
  const processes = createProcesses()
  const found = await Promise.all(
    rows.map(async ([key, row]) => {
      if (key.startsWith(sessionOwnerPrefix)) return []
      const isMeant =
        type === 'continue' ? row.pause !== null : (await holderOf(app, processes, row)) !== 'gone'
      return isMeant ? row.namespace : []
    }),
  )
  return found.flat()
}
