import { fromPromise } from 'xstate'
import type { StopReason } from '../../events/loop.ts'
import type { LoopInput } from '../../machines/loop/machine.ts'
import type { House } from '../house.ts'
import type { RunState } from '../run-state.ts'
import { dispatchUnlessMoved } from './dispatch-unless-moved.ts'

/** Lets what runs come to its end, then stops the loop. `reason` is asked for at that moment. */
export const awaitDrained = (house: House, state: RunState, reason: () => StopReason) =>
  fromPromise<void, LoopInput>(async ({ input, signal }) => {
    for (;;) {
      const seen = state.changes
      const late = await state.desk.refresh()
      if (signal.aborted) return
      if (state.openAttempts().length === 0) {
        const detail = reason() === 'interrupted' ? 'it was interrupted' : 'what ran has ended'
        const stop = { type: 'stop', reason: reason(), detail } as const
        await dispatchUnlessMoved(house, late) // by itself: another process may have written it down already
        await dispatchUnlessMoved(house, [{ stream: input.loop, command: stop }])
        return
      }
      await state.changed(seen, signal)
      if (signal.aborted) return
    }
  })
