import type { Attempt } from '../../machines/task/context.ts'
import type { House } from '../house.ts'

/** Keeps beside the output of an attempt what it has changed, for whoever wants to see it. */
export async function keepChanges(
  house: Pick<House, 'files' | 'workspace'>,
  attempt: Attempt,
): Promise<void> {
  const { job, changes } = house.files.of(attempt.files, attempt.iteration, true)
  const text = await house.workspace.changesSince(job)
  if (text !== null) await house.files.write(changes, text)
}
