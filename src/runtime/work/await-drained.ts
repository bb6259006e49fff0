import { fromPromise } from 'xstate'
import type { StopReason } from '../../events/loop.ts'
import type { EndingInput, LoopInput } from '../../machines/loop/machine.ts'
import type { House } from '../house.ts'
import type { RunState } from '../run-state.ts'
import { changeOrInstant } from './change-or-instant.ts'
import { dispatchUnlessMoved } from './dispatch-unless-moved.ts'
import { stopJobs } from './stop-jobs.ts'

/** Lets what runs come to its end, then stops the loop. */
export const awaitDrained = (house: House, state: RunState) =>
  fromPromise<void, LoopInput>(({ input, signal }) =>
    stopWhenIdle(house, state, {
      ...input,
      signal,
      reason: 'drained',
      detail: 'what ran has ended',
      hurry: async () => undefined,
    }),
  )

/** Ends what runs, which puts its tasks back, then stops the loop with the reason for which it was ended. */
export const endAttempts = (house: House, state: RunState) =>
  fromPromise<void, EndingInput>(({ input, signal }) =>
    stopWhenIdle(house, state, {
      loop: input.loop,
      ...input.ending,
      signal,
      hurry: async () => {
        await Promise.all(state.openAttempts().map((row) => stopJobs(house, row)))
      },
    }),
  )

type End = LoopInput & {
  readonly signal: AbortSignal
  readonly reason: StopReason
  readonly detail: string
  /** Done again at each look: an attempt may have been handed out in the same moment. */
  hurry(): Promise<void>
}

async function stopWhenIdle(house: House, state: RunState, end: End): Promise<void> {
  for (;;) {
    const seen = state.changes
    await end.hurry()
    const isStopped = await state.alone(() => stopIfIdle(house, state, end))
    if (isStopped || end.signal.aborted) return
    await changeOrInstant(house, state, { seen, until: null, signal: end.signal })
    if (end.signal.aborted) return
  }
}

async function stopIfIdle(
  house: House,
  state: RunState,
  { loop, signal, reason, detail }: End,
): Promise<boolean> {
  const wasBusy = state.openAttempts().length > 0
  const late = await state.desk.refresh()
  if (signal.aborted || wasBusy || state.openAttempts().length > 0) return false
  await dispatchUnlessMoved(house, late) // by itself: another process may have written it down already
  await dispatchUnlessMoved(house, [{ stream: loop, command: { type: 'stop', reason, detail } }])
  return true
}
