import { createProcesses } from '../adapters/supervisor/processes.ts'
import type { App } from '../app.ts'
import { LoopworkError } from '../errors.ts'
import { type Asker, loopStream } from '../events/event.ts'
import type { LoopCommand } from '../machines/loop/commands.ts'
import { holderOf, loopRow } from './take-namespace.ts'

/** What a person may ask of the loop of a namespace. */
export type Steering = Extract<LoopCommand, { type: 'pause' | 'continue' | 'drain' | 'interrupt' }>

/**
 * Asks it in the log, where the loop hears of it. A pause is about the namespace: it can be said and taken back
 * while no process is there. Only what runs can be stopped. Gives whether a process is there to hear it.
 */
export async function steerLoop(
  app: App,
  namespace: string,
  command: Steering,
  by: Asker,
): Promise<{ readonly isThere: boolean }> {
  const row = await loopRow(app, namespace)
  const isThere = (await holderOf(app, createProcesses(), row)) !== 'gone'
  const isAboutPause = command.type === 'pause' || command.type === 'continue'
  if (isAboutPause && !row) throw neverRan(namespace)
  if (!isAboutPause && !isThere) throw nothingRuns(namespace)
  const dispatch = await app.dispatch({ by })
  await dispatch([{ stream: loopStream(namespace), command }])
  return { isThere }
}

/** The refusal of whatever is asked of a loop that is not there. */
export function nothingRuns(namespace: string): LoopworkError {
  return refusal(`no loop runs in the namespace ${namespace}`)
}

/** The refusal where a name may well be mistyped. */
function neverRan(namespace: string): LoopworkError {
  return refusal(`no loop has ever run in the namespace ${namespace}`)
}

function refusal(what: string): LoopworkError {
  return new LoopworkError('not_found', what, {
    hint: '`loopwork status` shows the namespaces, and what runs.',
  })
}
