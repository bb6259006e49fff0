import { createProcesses } from '../../adapters/supervisor/processes.ts'
import type { App } from '../../app.ts'
import { LoopworkError } from '../../errors.ts'
import { type ProcessRow, processList } from '../../projections/process-list.ts'
import { duration } from '../../projections/wording.ts'
import type { Action, Surroundings } from '../command.ts'
import { showOrphansCleaned } from '../daemon/clean-orphans.ts'
import { findState } from '../find-state.ts'
import { hasStore, withApp } from '../open-store.ts'

type Options = {
  action: string
  namespace?: string | undefined
  config?: string | undefined
  force?: boolean
  dryRun?: boolean
  json?: boolean
}

/** `processes list` and `processes clean`. */
export const processes: Action<Options> = {
  options: (yargs) =>
    yargs
      .positional('action', { type: 'string', choices: ['list', 'clean'], describe: 'list or clean' })
      .options({
        force: {
          type: 'boolean',
          default: false,
          describe: 'With clean: also where the loop does not answer',
        },
        'dry-run': { type: 'boolean', default: false, describe: 'With clean: only show' },
      }) as never,
  run: async (options, surroundings) => {
    const { io } = surroundings
    const place = findState(io)
    if (!hasStore(place.stateDir)) {
      throw new LoopworkError('not_found', 'nothing has run here yet', {
        hint: 'Begin with `loopwork start`.',
      })
    }
    return withApp(place, io, (app) =>
      options.action === 'clean'
        ? showOrphansCleaned(app, options, surroundings)
        : list(app, options, surroundings),
    )
  },
}

async function list(app: App, { namespace, json }: Options, { print }: Surroundings): Promise<number> {
  const { isAlive } = createProcesses()
  const rows = [...(await (await app.view(processList)).rows<ProcessRow | object>('')).values()]
    .filter((row): row is ProcessRow => 'identity' in row)
    .filter((row) => (namespace === undefined || row.namespace === namespace) && isAlive(row.identity))
  if (json) {
    print.json({
      schema: 'loopwork/processes@1',
      processes: rows.map(({ identity, ...row }) => ({ pid: identity.pid, ...row })),
    })
    return 0
  }
  if (rows.length === 0) print.line('Nothing runs.')
  else {
    const now = app.clock.now().getTime()
    print.table(
      ['PID', 'What', 'Namespace', 'Task', 'Agent', 'For'],
      rows.map(({ identity, kind, namespace: owner, task, agent, since }) => [
        String(identity.pid),
        kind,
        owner,
        task ?? '-',
        agent ?? '-',
        duration(now - new Date(since).getTime()),
      ]),
    )
  }
  return 0
}
