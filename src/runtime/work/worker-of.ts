import { LoopworkError } from '../../errors.ts'
import type { Attempt } from '../../machines/task/context.ts'
import type { RunPlan, Worker } from '../house.ts'

/** The agent that an attempt was given to, even if it was by an earlier run with another configuration. */
export function workerOf({ pool, readers }: RunPlan, attempt: Attempt): Worker {
  const exact = pool.find(({ agent, model }) => agent === attempt.agent && model === attempt.model)
  const found = exact ?? [...pool, ...readers].find(({ agent }) => agent === attempt.agent)
  if (found) return found
  throw new LoopworkError(
    'corrupt',
    `the log names an agent ${attempt.agent} that this version does not know`,
    {
      hint: 'Upgrade loopwork, then try again.',
    },
  )
}
