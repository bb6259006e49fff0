import type { Happening, PluginContext, TaskHappening } from './plugin-context.ts'
import type { IPCEvent, IPCOptions } from './plugin-options.ts'

const types = ['loop.started', 'task.claimed', 'task.completed', 'task.failed', 'loop.stopped'] as const

/**
 * Tells the program that started the run what happens, in frames on standard output that it can find among other
 * lines. A frame that had to be sent twice has the same `messageId`.
 */
export function emitFrames({ durable, describe }: PluginContext, options: IPCOptions): void {
  const { filter, writeFn = (frame: string): unknown => process.stdout.write(frame) } = options
  durable(types, async (fact) => {
    const happening = await describe(fact)
    const told = happening && eventOf(happening)
    if (!told || (filter && !filter(told.event))) return
    const about = { timestamp: Date.parse(fact.at), messageId: fact.id }
    const message = { type: 'ipc', version: '1.0', ...told, ...about }
    await writeFn(`__IPC_START__${JSON.stringify(message)}__IPC_END__\n`)
  })
}

function eventOf(happening: Happening): { readonly event: IPCEvent; readonly data: object } | null {
  const { namespace } = happening
  switch (happening.kind) {
    case 'loopStarted':
      return { event: 'loop_start', data: { namespace } }
    case 'taskStarted':
      return { event: 'task_start', data: taskOf(happening) }
    case 'taskCompleted': {
      const { durationMs: duration } = happening
      return { event: 'task_complete', data: { ...taskOf(happening), duration, success: true } }
    }
    case 'taskFailed':
      return { event: 'task_failed', data: { ...taskOf(happening), error: happening.reason ?? '' } }
    case 'loopEnded': {
      const { completed, failed, durationMs: duration } = happening
      return { event: 'loop_end', data: { namespace, completed, failed, duration } }
    }
    default:
      return null
  }
}

function taskOf({ task: { id, title }, namespace, iteration }: TaskHappening): object {
  return { taskId: id, title, namespace, iteration }
}
