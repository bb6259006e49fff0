import { createProcesses } from '../../adapters/supervisor/processes.ts'
import type { App } from '../../app.ts'
import { loopRow } from '../../daemon/take-namespace.ts'
import { LoopworkError } from '../../errors.ts'
import { loopStream } from '../../events/event.ts'
import type { LoopCommand } from '../../machines/loop/commands.ts'
import type { Action } from '../command.ts'
import { findState } from '../find-state.ts'
import { namespaceOf } from '../namespace.ts'
import { hasStore, withApp } from '../open-store.ts'

type Steering = { namespace?: string | undefined; config?: string | undefined; json?: boolean }

const byHand = 'asked for on the command line'

export const stop = steering({ type: 'drain', reason: byHand }, 'lets what runs end, then stops')
export const pause = steering(
  { type: 'pause', reason: byHand },
  'begins nothing new; `continue` lets it go on',
)
export const goOn = steering({ type: 'continue', reason: byHand }, 'goes on')

/** A command for the loop of a namespace. It is written to the log, where the loop hears of it. */
function steering(command: LoopCommand, effect: string): Action<Steering> {
  return {
    options: (yargs) =>
      yargs.positional('namespace', { type: 'string', describe: 'The namespace of the loop' }) as never,
    run: async (options, surroundings) => {
      const namespace = await namespaceOf(options, surroundings)
      const place = findState(surroundings.io)
      if (!hasStore(place.stateDir)) throw nothingRuns(namespace)
      await withApp(place, surroundings.io, async (app) => {
        await assertRunning(app, namespace)
        const dispatch = await app.dispatch({ by: 'cli' })
        await dispatch([{ stream: loopStream(namespace), command }])
      })
      const { print } = surroundings
      if (options.json) print.json({ schema: 'loopwork/steer@1', namespace, command: command.type })
      else print.line(`${namespace} ${effect}`)
      return 0
    },
  }
}

async function assertRunning(app: App, namespace: string): Promise<void> {
  const row = await loopRow(app, namespace)
  const isAlive = row?.holder && row.state !== 'stopped' && createProcesses().isAlive(row.holder)
  if (!isAlive) throw nothingRuns(namespace)
}

/** The refusal of whatever is asked of a loop that does not run. */
export function nothingRuns(namespace: string): LoopworkError {
  return new LoopworkError('not_found', `no loop runs in the namespace ${namespace}`, {
    hint: '`loopwork status` shows what runs.',
  })
}
