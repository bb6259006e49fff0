import type { AnyMachineSnapshot, AnyStateMachine } from 'xstate'
import type { DomainEvent } from '../events/catalogue.ts'
import type { LoopStream, StreamId, TaskStream } from '../events/event.ts'
import type { LoopCommand } from './loop/commands.ts'
import { decideLoop, type Loop } from './loop/decide.ts'
import { loopMachine } from './loop/machine.ts'
import type { TaskCommand } from './task/commands.ts'
import { decideTask, type Grounds, type Task } from './task/decide.ts'
import { taskMachine } from './task/machine.ts'

/** A command and whom it is for. */
export type Request =
  | { readonly stream: TaskStream; readonly command: TaskCommand }
  | { readonly stream: LoopStream; readonly command: LoopCommand }

/** The kinds of thing that have a life. */
export const subjects = {
  task: { machine: taskMachine },
  loop: { machine: loopMachine },
} as const

export function machineOf(stream: StreamId): AnyStateMachine {
  return stream.startsWith('task/') ? taskMachine : loopMachine
}

/** The events that a request leads to, given what its subject has become. */
export function decide(state: AnyMachineSnapshot, request: Request, grounds: Grounds): DomainEvent[] {
  return isForTask(request)
    ? decideTask(state as Task, request.command, grounds)
    : decideLoop(state as Loop, request.command as LoopCommand)
}

function isForTask(request: Request): request is Extract<Request, { stream: TaskStream }> {
  return request.stream.startsWith('task/')
}
