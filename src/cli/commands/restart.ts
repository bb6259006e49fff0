import { endLoop } from '../../daemon/end-loop.ts'
import { loopRow } from '../../daemon/take-namespace.ts'
import { LoopworkError } from '../../errors.ts'
import type { Action } from '../command.ts'
import { gripOn } from '../daemon/grip.ts'
import { startDaemon } from '../daemon/start-daemon.ts'
import { findState } from '../find-state.ts'
import { namespaceOf } from '../namespace.ts'
import { hasStore, withApp } from '../open-store.ts'
import { patienceOf } from './kill.ts'
import { folderOf } from './saved-args.ts'

type Options = {
  namespace?: string | undefined
  config?: string | undefined
  grace?: number
  force?: boolean
  json?: boolean
}

/** Ends a loop, if it runs, and starts it again in the background with the arguments that the log has of it. */
export const restart: Action<Options> = {
  options: (yargs) =>
    yargs.positional('namespace', { type: 'string', describe: 'The namespace of the loop' }).options({
      force: { type: 'boolean', default: false, describe: 'Do not wait for what runs' },
      grace: { type: 'number', default: 10, describe: 'Seconds that what runs is given to end by itself' },
    }) as never,
  run: async (options, surroundings) => {
    const { io, print } = surroundings
    const place = findState(io)
    const namespace = await namespaceOf(options, surroundings)
    if (!hasStore(place.stateDir)) throw neverStarted(namespace)
    return withApp(place, io, async (app) => {
      const row = await loopRow(app, namespace)
      if (!row) throw neverStarted(namespace)
      if (row.state !== 'stopped') {
        const say = () => print.note(print.paint.dim(`${namespace}: ending process ${row.holder?.pid}`))
        await endLoop(gripOn(app, options, surroundings), row, patienceOf(options), say)
      }
      const argv = ['start', '--daemon', ...row.args, '--namespace', namespace]
      const cwd = folderOf(row.cwd, place.root)
      return startDaemon(app, namespace, surroundings, { argv, cwd, tailLines: null })
    })
  },
}

function neverStarted(namespace: string): LoopworkError {
  return new LoopworkError('not_found', `nothing was ever started in the namespace ${namespace}`, {
    hint: `Begin with \`loopwork start -d --namespace ${namespace}\`.`,
  })
}
