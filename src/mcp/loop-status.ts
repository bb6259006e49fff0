import { createProcesses } from '../adapters/supervisor/processes.ts'
import type { App } from '../app.ts'
import { type SeenLoop, seenLoop } from '../daemon/loop-state.ts'
import { holderOf, loopRow } from '../daemon/take-namespace.ts'
import { LoopworkError } from '../errors.ts'
import { type LoopRow, loops, sessionOwnerPrefix } from '../projections/loops.ts'

/** The loop of a namespace, with how it stands with its process. */
export type LoopStatus = SeenLoop & {
  readonly namespace: string
  readonly since: string
  readonly until: string | null
  readonly session: string
  readonly backlog: string
  readonly iterations: number
  /** How many tasks it works on at once. */
  readonly parallel: number
  /** Whether it begins nothing before it is let go on, whatever its state. */
  readonly isPaused: boolean
}

/** Every namespace in which a loop has ever run. */
export async function loopStatuses(app: App): Promise<LoopStatus[]> {
  const rows = [...(await (await app.view(loops)).rows<LoopRow>(''))]
  return Promise.all(
    rows.filter(([key]) => !key.startsWith(sessionOwnerPrefix)).map(([, row]) => statusOf(app, row)),
  )
}

/** The loop of a namespace; fails with `not_found` where none has ever run. */
export async function loopStatus(app: App, namespace: string): Promise<LoopStatus> {
  const row = await loopRow(app, namespace)
  if (row) return statusOf(app, row)
  throw new LoopworkError('not_found', `no loop has ever run in the namespace ${namespace}`, {
    hint: 'Call loopwork_namespaces to see those there are.',
  })
}

async function statusOf(app: App, row: LoopRow): Promise<LoopStatus> {
  const { namespace, since, until, session, options, iterations, pause } = row
  return {
    namespace,
    ...seenLoop(row, await holderOf(app, createProcesses(), row)),
    since,
    until,
    session,
    backlog: options.backlog,
    iterations,
    parallel: options.terms?.parallel ?? 1,
    isPaused: pause !== null,
  }
}
