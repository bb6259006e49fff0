import type { TaskHappening } from '../config/plugin-context.ts'
import { duration, usd } from '../projections/wording.ts'
import { contained } from './cut.ts'

/** The facts that a task in another system is told of. */
export const trackedTypes = ['task.claimed', 'task.completed', 'task.failed'] as const

/** What is written under a task in another system; null where there is nothing to say. */
export function commentOf(happening: TaskHappening): string | null {
  const { kind, agent, model, durationMs, costUsd, attempt, reason, summary } = happening
  const by = model ? `${agent} (${model})` : agent
  const figures = `${duration(durationMs)}${costUsd === null ? '' : `, ${usd(costUsd)}`}`
  switch (kind) {
    case 'taskStarted':
      return `Loopwork: attempt ${attempt} with ${by}`
    case 'taskCompleted':
      return contained(`Loopwork: completed after ${figures}${summary ? `\n\n${summary}` : ''}`)
    case 'taskFailed':
      return contained(`Loopwork: failed after ${figures}\n\n${reason ?? 'no reason was given'}`)
    case 'attemptEnded':
    case 'taskNeedsPerson':
      return null
  }
}
