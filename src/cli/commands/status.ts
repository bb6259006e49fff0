import type { Action } from '../command.ts'
import { findState } from '../find-state.ts'
import { hasStore, withApp } from '../open-store.ts'
import { readStatus } from '../status/read-status.ts'
import { showStatus } from '../status/show-status.ts'
import { nothingYet, type Status } from '../status/status-answer.ts'

type Options = { namespace?: string | undefined; config?: string | undefined; json?: boolean }

/** What every loop and every task is doing, and what it cost. */
export const status: Action<Options> = {
  options: (yargs) => yargs as never,
  run: async (options, surroundings) => {
    const { io, print } = surroundings
    const place = findState(io)
    const found: Status = hasStore(place.stateDir)
      ? await withApp(place, io, (app) => readStatus(app, options.namespace))
      : nothingYet(new Date())
    if (options.json) print.json(found)
    else showStatus(found, print)
    return 0
  },
}
