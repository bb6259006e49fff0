import type { EventType, Happening, TaskHappening } from '../config/plugin-context.ts'
import type { LoopworkPlugin, Task, TaskContext } from '../config/plugin-contract.ts'

/** The facts that a hook stands for. */
export const hookTypes: readonly EventType[] = [
  'loop.started',
  'task.claimed',
  'task.completed',
  'task.failed',
  'loop.stopped',
]

const hooks = [
  'onBackendReady',
  'onLoopStart',
  'onLoopEnd',
  'onTaskStart',
  'onTaskComplete',
  'onTaskFailed',
] as const

/** Whether a plugin listens by hooks. */
export function hasHooks(plugin: LoopworkPlugin): boolean {
  return hooks.some((hook) => typeof plugin[hook] === 'function')
}

/** What hooks are told besides the happening itself. */
export type HookSources = {
  task(happening: TaskHappening): Promise<Task>
  /** The end of what the attempt printed. */
  output(happening: TaskHappening): Promise<string | undefined>
}

/** Calls the hook of a plugin that a happening stands for; the call resolves when the hook has ended. */
export type HookListener = (happening: Happening) => Promise<void>

/** Hooks as a listener to facts. They are called on the plugin itself, so `this` is what it always was. */
export function fromHooks(plugin: LoopworkPlugin, sources: HookSources): HookListener {
  const contextOf = async (happening: TaskHappening): Promise<TaskContext> => ({
    task: await sources.task(happening),
    iteration: happening.iteration,
    startTime: new Date(happening.startedAt),
    namespace: happening.namespace,
  })
  return async (happening) => {
    switch (happening.kind) {
      case 'loopStarted':
        return plugin.onLoopStart?.(happening.namespace)
      case 'taskStarted':
        if (!plugin.onTaskStart) return
        return plugin.onTaskStart(await contextOf(happening))
      case 'taskCompleted': {
        if (!plugin.onTaskComplete) return
        const output = await sources.output(happening)
        const result = {
          duration: happening.durationMs,
          success: true,
          ...(output === undefined ? {} : { output }),
        }
        return plugin.onTaskComplete(await contextOf(happening), result)
      }
      case 'taskFailed':
        if (!plugin.onTaskFailed) return
        return plugin.onTaskFailed(await contextOf(happening), happening.reason ?? 'no reason was given')
      case 'loopEnded': {
        const { completed, failed, durationMs: duration } = happening
        return plugin.onLoopEnd?.({ completed, failed, duration })
      }
      case 'attemptEnded':
      case 'taskNeedsPerson':
      case 'budgetAlerted':
        return undefined
    }
  }
}
