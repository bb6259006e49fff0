import { isFailure, LoopworkError } from '../errors.ts'
import { loopStream } from '../events/event.ts'
import type { LoopCommand } from '../machines/loop/commands.ts'
import type { LoopRow } from '../projections/loops.ts'
import type { Grip } from './grip.ts'
import { endOrphans, writeFor } from './orphans.ts'
import { holderOf, loopRow } from './take-namespace.ts'

/** What it took to end a loop: a request in the log, or a signal; `gone` if its process was gone already. */
export type EndedBy = 'gone' | 'drain' | 'interrupt' | 'SIGTERM' | 'SIGKILL'

/** How long each means is given, in milliseconds. With 0 for `drain` what runs is ended at once. */
export type Patience = { readonly drain: number; readonly interrupt: number; readonly signal: number }

type Step = { readonly by: Exclude<EndedBy, 'gone'>; readonly forMs: number; act(): Promise<unknown> }

/** How often one looks whether a process is gone, in milliseconds. */
const lookMs = 50

/**
 * Ends the loop that holds a namespace, and all that runs for it. It is asked in the log first: to let what
 * runs come to its end, then to end it. Only if it does not hear that is it sent a signal, and only if it is
 * proven to be the process that took the namespace. `tell` hears of each step.
 */
export async function endLoop(
  grip: Grip,
  row: LoopRow,
  patience: Patience,
  tell: (by: Step['by']) => void,
): Promise<EndedBy> {
  const { app, processes } = grip
  const { holder } = row
  const isGone = async (): Promise<boolean> => {
    if (!holder) return true
    if (holder.host === processes.self.host) return !processes.isAlive(holder)
    const now = await loopRow(app, row.namespace)
    return now?.epoch !== row.epoch || (await holderOf(app, processes, now)) === 'gone'
  }
  const isDeaf = (await holderOf(app, processes, row)) === 'silent'
  let by: EndedBy = 'gone'
  for (const step of stepsOf(grip, row, patience)) {
    if (await isGone()) break
    if (step.forMs === 0 || (isDeaf && step.by !== 'SIGKILL')) continue
    tell(step.by)
    by = step.by
    await step.act()
    await waitUntil(grip, step.forMs, isGone)
  }
  if (!(await isGone())) throw unstoppable(row)
  await endOrphans(grip, row.namespace, { reason: 'it was ended on the command line' })
  const how = by === 'gone' ? 'was gone' : `was ended by ${by}`
  const detail = `its process ${holder?.pid ?? '?'} ${how}`
  const close = { type: 'close', epoch: row.epoch, reason: 'interrupted', detail } as const
  await writeFor(grip, row, [{ stream: loopStream(row.namespace), command: close }])
  return by
}

function stepsOf(grip: Grip, row: LoopRow, patience: Patience): Step[] {
  const reason = 'asked for on the command line'
  return [
    { by: 'drain', forMs: patience.drain, act: () => ask(grip, row, { type: 'drain', reason }) },
    { by: 'interrupt', forMs: patience.interrupt, act: () => ask(grip, row, { type: 'interrupt', reason }) },
    { by: 'SIGTERM', forMs: patience.signal, act: async () => send(grip, row, 'SIGTERM') },
    { by: 'SIGKILL', forMs: patience.signal, act: async () => send(grip, row, 'SIGKILL') },
  ]
}

/** Writes a request; that the loop has stopped meanwhile is as good. */
async function ask({ app }: Grip, { namespace }: LoopRow, command: LoopCommand): Promise<void> {
  const dispatch = await app.dispatch({ by: 'cli' })
  await dispatch([{ stream: loopStream(namespace), command }]).catch((thrown) => {
    if (!isFailure(thrown, 'rejected')) throw thrown
  })
}

function send({ processes }: Grip, { holder }: LoopRow, signal: 'SIGTERM' | 'SIGKILL'): void {
  if (holder) processes.signal(holder, signal)
}

async function waitUntil(
  { app: { clock } }: Grip,
  forMs: number,
  isSo: () => Promise<boolean>,
): Promise<void> {
  const never = new AbortController().signal
  const deadline = clock.now().getTime() + forMs
  while (!(await isSo()) && clock.now().getTime() < deadline) {
    await clock.until(new Date(clock.now().getTime() + lookMs), never)
  }
}

function unstoppable({ namespace, holder }: LoopRow): LoopworkError {
  return new LoopworkError(
    'unavailable',
    `process ${holder?.pid} of the namespace ${namespace} does not end`,
    {
      hint: `It runs on ${holder?.host}. It may belong to another user, or hang in the system.`,
    },
  )
}
