import { LoopworkError } from '../../errors.ts'
import { numberOf } from './body-text.ts'

/** The number of a task's issue; fails with `not_found` for an id that no issue has. */
export function numberOfTask(id: string): number {
  const number = numberOf(id)
  if (number !== null) return number
  throw new LoopworkError('not_found', `there is no task ${id} among the issues`, {
    hint: 'The task of issue #12 is GH-12. All of them: loopwork task list.',
  })
}
