import { fromPromise } from 'xstate'
import type { LoopInput } from '../../machines/loop/machine.ts'
import type { House } from '../house.ts'
import type { RunState } from '../run-state.ts'
import { changeOrInstant } from './change-or-instant.ts'

/** What a paused loop still does: it brings the backlog and the log together, and begins nothing. */
export const tend = (house: House, state: RunState) =>
  fromPromise<void, LoopInput>(async ({ signal }) => {
    while (!signal.aborted) {
      const seen = state.changes
      const late = await state.desk.refresh()
      if (signal.aborted) return
      if (late.length > 0) await house.dispatch(late)
      await changeOrInstant(house, state, { seen, until: null, signal })
    }
  })
