import { fromPromise } from 'xstate'
import type { IdleInput } from '../../machines/loop/machine.ts'
import { decideNext } from '../../machines/scheduling.ts'
import type { House } from '../house.ts'
import type { RunState } from '../run-state.ts'
import { changeOrInstant } from './change-or-instant.ts'
import { dispatchUnlessMoved } from './dispatch-unless-moved.ts'

/** Keeps an idle loop until the instant it waits for has come, or something else has given it work. */
export const awaitChange = (house: House, state: RunState) =>
  fromPromise<void, IdleInput>(async ({ input, signal }) => {
    for (;;) {
      const seen = state.changes
      const isDue = input.until !== null && house.clock.now() >= new Date(input.until)
      const reason = isDue ? 'what it waited for has come' : await reasonToGoOn(house, state, input.until)
      if (signal.aborted) return
      if (reason) {
        await dispatchUnlessMoved(house, [{ stream: input.loop, command: { type: 'wake', reason } }])
        return
      }
      await changeOrInstant(house, state, { seen, until: input.until, signal })
      if (signal.aborted) return
    }
  })

async function reasonToGoOn(house: House, state: RunState, until: string | null): Promise<string | null> {
  const late = await state.desk.refresh()
  await dispatchUnlessMoved(house, late)
  const next = decideNext(await state.situation())
  if (next.do === 'idle') return next.until === until ? null : 'it waits for something else now'
  return next.do === 'claim' ? `${next.task.id} can be worked on` : 'nothing is left to wait for'
}
