import { createProcesses } from '../adapters/supervisor/processes.ts'
import type { App } from '../app.ts'
import { LoopworkError } from '../errors.ts'
import { type LoopRow, loops, sessionOwnerPrefix } from '../projections/loops.ts'

/** The loop of a namespace, with whether its process lives. */
export type LoopStatus = {
  readonly namespace: string
  /** `crashed`: its process died without a word. */
  readonly state: LoopRow['state'] | 'crashed'
  readonly reason: string
  readonly since: string
  readonly until: string | null
  readonly pid: number | null
  readonly session: string
  readonly backlog: string
  readonly iterations: number
}

/** Every namespace in which a loop has ever run. */
export async function loopStatuses(app: App): Promise<LoopStatus[]> {
  const rows = [...(await (await app.view(loops)).rows<LoopRow>(''))]
  return rows.flatMap(([key, row]) => (key.startsWith(sessionOwnerPrefix) ? [] : statusOf(row)))
}

/** The loop of a namespace; fails with `not_found` where none has ever run. */
export async function loopStatus(app: App, namespace: string): Promise<LoopStatus> {
  const row = await (await app.view(loops)).row<LoopRow>(namespace)
  if (row) return statusOf(row)
  throw new LoopworkError('not_found', `no loop has ever run in the namespace ${namespace}`, {
    hint: 'Call loopwork_namespaces to see those there are.',
  })
}

function statusOf(row: LoopRow): LoopStatus {
  const { namespace, reason, since, until, session, options, iterations } = row
  const isAlive = row.holder !== null && createProcesses().isAlive(row.holder)
  return {
    namespace,
    state: row.state === 'stopped' || isAlive ? row.state : 'crashed',
    reason,
    since,
    until,
    pid: isAlive ? (row.holder?.pid ?? null) : null,
    session,
    backlog: options.backlog,
    iterations,
  }
}
