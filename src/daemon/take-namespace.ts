import type { App } from '../app.ts'
import { LoopworkError } from '../errors.ts'
import { loopStream } from '../events/event.ts'
import type { LoopCommand } from '../machines/loop/commands.ts'
import type { Processes } from '../ports/processes.ts'
import { type LoopRow, loops } from '../projections/loops.ts'
import { duration } from '../projections/wording.ts'

/** The right to work in a namespace, and where in the log it begins. */
export type Lease = {
  /** The fencing token that every append of the holder carries. */
  readonly epoch: number
  /** The position before the holder's own first event. */
  readonly before: number
}

export type Taking = Omit<Extract<LoopCommand, { type: 'take' }>, 'type' | 'holder'>

/** Names the fence of a namespace. */
export function fenceOf(namespace: string): string {
  return `loop/${namespace}`
}

/**
 * Takes a namespace, unless a living process has it. Between two that try at once the fence decides: it is
 * raised in the append that writes the first event.
 */
export async function takeNamespace(
  app: App,
  processes: Processes,
  namespace: string,
  taking: Taking,
): Promise<Lease> {
  const row = await loopRow(app, namespace)
  assertFree(app, processes, row)
  const epoch = (row?.epoch ?? 0) + 1
  const dispatch = await app.dispatch({
    by: 'loop',
    session: taking.session,
    fence: { name: fenceOf(namespace), token: epoch, raise: true },
  })
  const facts = await dispatch([
    { stream: loopStream(namespace), command: { type: 'take', ...taking, holder: processes.self } },
  ])
  return { epoch, before: (facts.at(-1)?.position ?? 1) - 1 }
}

/** What the log says of a namespace. */
export async function loopRow(app: App, namespace: string): Promise<LoopRow | undefined> {
  return (await app.view(loops)).row<LoopRow>(namespace)
}

function assertFree(app: App, processes: Processes, row: LoopRow | undefined): void {
  if (!row?.holder || row.state === 'stopped' || !processes.isAlive(row.holder)) return
  const since = duration(app.clock.now().getTime() - new Date(row.startedAt).getTime())
  throw new LoopworkError(
    'held',
    `process ${row.holder.pid} has been working in the namespace ${row.namespace} for ${since}`,
    {
      hint: `See what it does with \`loopwork status\`, stop it with \`loopwork stop ${row.namespace}\`, or take another --namespace.`,
    },
  )
}
