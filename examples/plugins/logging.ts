import { appendFile } from 'node:fs/promises'
import type { LoopworkPlugin, TaskContext } from 'loopwork'

/** One line of JSON in a file for whatever happens to a task. */
export function createLoggingPlugin(file: string): LoopworkPlugin {
  const log = (what: string, { task, iteration, namespace }: TaskContext, more: object = {}) =>
    appendFile(file, `${JSON.stringify({ what, task: task.id, iteration, namespace, ...more })}\n`)
  return {
    name: 'logging',
    onTaskStart: (context) => log('started', context),
    onTaskComplete: (context, { duration }) => log('completed', context, { duration }),
    onTaskFailed: (context, error) => log('failed', context, { error }),
  }
}
