import { isFailure } from '../errors.ts'
import type { TaskStream } from '../events/event.ts'
import type { Request } from '../machines/subjects.ts'
import { board } from '../projections/board.ts'
import { type LoopRow, loops } from '../projections/loops.ts'
import type { TaskRow } from '../projections/task-row.ts'
import { journalLine } from '../runtime/journal.ts'
import { endAttempt } from './end-attempt.ts'
import { type Grip, pidOf } from './grip.ts'
import { fenceOf, type HolderState, holderOf } from './take-namespace.ts'

/** An agent, or a check, that runs on though its loop is gone. A new start would go on with it. */
export type Orphan = {
  readonly namespace: string
  readonly task: string
  readonly agent: string
  readonly iteration: number
  readonly since: string
  /** Of the agent; of its supervisor where the agent's was never written down. */
  readonly pid: number
  /** Names the job. */
  readonly key: string
  /** Whether its loop still has a process, which does not answer: it may come back to its senses. */
  readonly isSuspected: boolean
}

/** An attempt that no loop looks after, and the loop that began it. */
type LeftAttempt = {
  readonly task: string
  readonly stream: TaskStream
  readonly open: NonNullable<TaskRow['open']>
  readonly loop: LoopRow
  readonly holder: Exclude<HolderState, 'working'>
}

/** Attempts that no loop looks after, of one namespace or of all; whether anything runs for them or not. */
async function leftAttempts({ app, processes }: Grip, namespace: string | null): Promise<LeftAttempt[]> {
  const loopView = await app.view(loops)
  const rows = [...(await (await app.view(board)).rows<TaskRow>('task/')).values()]
  const found: LeftAttempt[] = []
  for (const { id, stream, open } of rows) {
    if (!open || (namespace !== null && open.namespace !== namespace)) continue
    const loop = await loopView.row<LoopRow>(open.namespace)
    const holder = await holderOf(app, processes, loop)
    if (loop && holder !== 'working')
      found.push({ task: id, stream: stream as TaskStream, open, loop, holder })
  }
  return found
}

/** All agents and checks that run on without a loop that looks after them. */
export async function findOrphans(grip: Grip, namespace: string | null): Promise<Orphan[]> {
  const orphans: Orphan[] = []
  for (const { task, open, holder } of await leftAttempts(grip, namespace)) {
    const files = grip.files.of(open.files, open.iteration, true)
    for (const key of [files.job, files.verifyJob]) {
      const pid = await pidOf(grip, key)
      if (pid === null) continue
      const { namespace: owner, agent, iteration, since } = open
      const isSuspected = holder === 'silent'
      orphans.push({ namespace: owner, task, agent, iteration, since, pid, key, isSuspected })
    }
  }
  return orphans
}

/**
 * Ends whatever runs for the attempts of a loop that is gone, sees to it that what has not begun never does,
 * and writes down what that makes of their tasks. With `evenSuspected` also for loops that do not answer.
 * What had ended by itself before is left to the next holder, who reads what came of it.
 */
export async function endOrphans(
  grip: Grip,
  namespace: string | null,
  { reason, evenSuspected = false }: { readonly reason: string; readonly evenSuspected?: boolean },
): Promise<void> {
  for (const { stream, loop, holder } of await leftAttempts(grip, namespace)) {
    const isElsewhere = loop.holder !== null && loop.holder.host !== grip.processes.self.host
    if (isElsewhere || (holder === 'silent' && !evenSuspected)) continue
    const request = await endAttempt(grip, stream, reason)
    if (request) await writeFor(grip, loop, [request])
  }
}

/**
 * Writes on behalf of a loop that cannot do so any more, by the right that it had: where another holder has
 * come meanwhile, it is that one's to write.
 */
export async function writeFor(
  { app, files, terms }: Grip,
  { namespace, epoch, session, files: folder }: LoopRow,
  requests: readonly Request[],
): Promise<void> {
  const { retry } = await terms()
  const fence = { name: fenceOf(namespace), token: epoch }
  const dispatch = await app.dispatch({ by: 'cli', session, fence, retry })
  const facts = await dispatch(requests).catch((thrown) => {
    if (isFailure(thrown, 'held') || isFailure(thrown, 'rejected')) return []
    throw thrown
  })
  if (facts.length === 0) return
  await files.log(folder, facts.map(journalLine)).catch(() => undefined) // the log itself has it
}
