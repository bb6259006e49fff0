import { randomBytes } from 'node:crypto'
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
import { openStatelyBridge } from '../../web/stately-bridge.ts'
import type { Surroundings } from '../command.ts'
import type { Seen, UiOptions } from './serve-ui.ts'

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

/** Makes an inspector whose messages go where we say. */
export type CreateInspector = (adapter: { send(message: unknown): void }) => StatelyInspector

const module = '@statelyai/inspect'

/**
 * Tells the official inspector of one machine, from its beginning on and then as it lives: by a page on this
 * machine that has the hosted one in a frame. Only names of states and of events are handed on: contexts and the
 * data of events are left out here, before the package sees them.
 */
export async function feedStately(
  log: Seen['log'],
  stream: string,
  { port = 0, json }: Pick<UiOptions, 'port' | 'json'>,
  { io, print }: Surroundings,
  load: (folder: string) => Promise<CreateInspector> = loadStately,
): Promise<number> {
  const create = await load(io.cwd)
  const bridge = await openStatelyBridge({ port, token: randomBytes(24).toString('base64url') })
  print.warn(`states and events of ${stream} are shown by a page of stately.ai; their contents stay here`)
  if (json) print.json({ schema: 'loopwork/ui@1', url: bridge.url })
  else print.line(`Open ${bridge.url}\nCtrl-C ends it. The link is for you alone: it holds a token.`)
  const tell = tellerOf(create(bridge), stream)
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
  await bridge.close()
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

async function loadStately(folder: string): Promise<CreateInspector> {
  const { resolve } = createRequire(join(folder, 'package.json'))
  try {
    const { createInspector } = await import(pathToFileURL(resolve(module)).href)
    return createInspector
  } catch (cause) {
    throw new LoopworkError('not_found', `${module} is not installed here`, {
      hint: `It is no part of loopwork: npm install --save-dev ${module}@0.7.2. Without it: loopwork inspect.`,
      cause,
    })
  }
}
