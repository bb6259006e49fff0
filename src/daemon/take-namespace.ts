import type { App } from '../app.ts'
import { isFailure, LoopworkError } from '../errors.ts'
import { loopStream } from '../events/event.ts'
import type { LoopCommand } from '../machines/loop/commands.ts'
import type { Processes } from '../ports/processes.ts'
import { type LoopRow, loops } from '../projections/loops.ts'
import { duration } from '../projections/wording.ts'

/** The right to work in a namespace, and where in the log it begins. */
export type Taken = {
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
 * raised in the append that writes the first event. Fails with `held` and says who has it.
 */
export async function takeNamespace(
  app: App,
  processes: Processes,
  namespace: string,
  taking: Taking,
): Promise<Taken> {
  const row = await loopRow(app, namespace)
  await assertFree(app, processes, row)
  const epoch = (row?.epoch ?? 0) + 1
  const dispatch = await app.dispatch({
    by: 'loop',
    session: taking.session,
    fence: { name: fenceOf(namespace), token: epoch, raise: true },
  })
  const take = { type: 'take', ...taking, holder: processes.self } as const
  const facts = await dispatch([{ stream: loopStream(namespace), command: take }]).catch(async (thrown) => {
    if (isFailure(thrown, 'held')) await assertFree(app, processes, await loopRow(app, namespace))
    throw thrown
  })
  return { epoch, before: (facts.at(-1)?.position ?? 1) - 1 }
}

/** What the log says of a namespace. */
export async function loopRow(app: App, namespace: string): Promise<LoopRow | undefined> {
  return (await app.view(loops)).row<LoopRow>(namespace)
}

/** How it stands with the process that the log has as the holder of a namespace. */
export type HolderState =
  /** There is none, or it is gone. */
  | 'gone'
  | 'working'
  /** It lives, but has let its lease run out: it is stopped, or hangs. */
  | 'silent'

/** Looks at the holder of a namespace: its identity on this machine, its lease elsewhere. */
export async function holderOf(
  { leases, clock }: Pick<App, 'leases' | 'clock'>,
  processes: Processes,
  row: LoopRow | undefined,
): Promise<HolderState> {
  if (!row?.holder || row.state === 'stopped') return 'gone'
  const until = await leases.until(fenceOf(row.namespace))
  const isFresh = until !== null && until > clock.now()
  if (row.holder.host !== processes.self.host) return isFresh ? 'working' : 'gone'
  if (!processes.isAlive(row.holder)) return 'gone'
  return isFresh || until === null ? 'working' : 'silent'
}

/** A holder that is silent may be replaced: the fence keeps it from writing if it ever wakes. */
async function assertFree(app: App, processes: Processes, row: LoopRow | undefined): Promise<void> {
  if (!row?.holder || isItself(processes, row.holder)) return // it begins anew
  if ((await holderOf(app, processes, row)) !== 'working') return
  const since = duration(app.clock.now().getTime() - new Date(row.startedAt).getTime())
  throw new LoopworkError(
    'held',
    `process ${row.holder.pid} has been working in the namespace ${row.namespace} for ${since}`,
    {
      hint: `See what it does with \`loopwork status\`, stop it with \`loopwork stop ${row.namespace}\`, or take another --namespace.`,
    },
  )
}

function isItself({ self }: Processes, { pid, start, boot, host }: Processes['self']): boolean {
  return pid === self.pid && start === self.start && boot === self.boot && host === self.host
}
