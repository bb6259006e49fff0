import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { concatMap, from } from 'rxjs'
import { type AnyMachineSnapshot, type AnyStateMachine, initialTransition } from 'xstate'
import { LoopworkError } from '../../errors.ts'
import type { StreamId } from '../../events/event.ts'
import { evolve } from '../../machines/evolve.ts'
import { machineOf } from '../../machines/subjects.ts'
import { streamOf } from '../../runtime/stream.ts'
import type { Surroundings } from '../command.ts'
import type { Seen } from './serve-ui.ts'

/** As much of `@statelyai/inspect` as is used: its actors are told by hand, since ours live in the log. */
export type StatelyInspector = {
  actor(
    actor: { readonly sessionId: string; readonly logic: { readonly config: unknown } },
    snapshot: { readonly value: unknown; readonly context: object; readonly status: string },
  ): void
  event(actor: string, event: { readonly type: string }): void
  snapshot(
    actor: string,
    snapshot: { readonly value: unknown; readonly context: object; readonly status: string },
    info: { readonly event: { readonly type: string } },
  ): void
}

const module = '@statelyai/inspect'

/**
 * Tells the hosted inspector of one machine, from its beginning on and then as it lives. Only names of states and
 * of events leave this machine: contexts and the data of events are left out here, because the inspector's own
 * sanitizers do nothing where it runs in Node.
 */
export async function feedStately(
  log: Seen['log'],
  stream: string,
  { io, print }: Surroundings,
  load: (folder: string) => Promise<() => StatelyInspector> = loadStately,
): Promise<number> {
  const create = await load(io.cwd)
  print.warn(`states and events of ${stream} go to a page hosted by stately.ai; their contents stay here`)
  const tell = tellerOf(create(), stream)
  const subscription = streamOf(log)(0)
    .pipe(concatMap((batch) => from(batch)))
    .subscribe((fact) => {
      if (fact.stream === stream) tell(fact.event)
    })
  await new Promise<void>((resolve) => {
    const stop = io.onSignal(['SIGINT', 'SIGTERM', 'SIGHUP'], () => {
      stop()
      resolve()
    })
  })
  subscription.unsubscribe()
  return 0
}

function tellerOf(
  inspector: StatelyInspector,
  stream: string,
): (event: Parameters<typeof evolve>[2]) => void {
  const machine: AnyStateMachine = machineOf(stream as StreamId)
  let [state]: [AnyMachineSnapshot, ...unknown[]] = initialTransition(machine, { subject: stream } as never)
  const shown = () => ({ value: state.value, context: {}, status: state.status })
  inspector.actor({ sessionId: stream, logic: { config: machine.config } }, shown())
  return (event) => {
    const { type } = event
    state = evolve(machine, state, event)
    inspector.event(stream, { type })
    inspector.snapshot(stream, shown(), { event: { type } })
  }
}

async function loadStately(folder: string): Promise<() => StatelyInspector> {
  const { resolve } = createRequire(join(folder, 'package.json'))
  try {
    const { createSkyInspector } = await import(pathToFileURL(resolve(module)).href)
    return () => createSkyInspector()
  } catch (cause) {
    throw new LoopworkError('not_found', `${module} is not installed here`, {
      hint: `It is no part of loopwork: npm install --save-dev ${module}@0.7.2. Without it: loopwork inspect.`,
      cause,
    })
  }
}
