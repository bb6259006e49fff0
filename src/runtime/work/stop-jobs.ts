import type { TaskRow } from '../../projections/task-row.ts'
import type { House } from '../house.ts'

/** Ends what runs for a task, or sees to it that it never begins. Its attempt then ends as `stopped`. */
export async function stopJobs(house: House, { open }: TaskRow): Promise<void> {
  if (!open) return
  const files = house.files.of(open.files, open.iteration, true)
  for (const key of [files.job, files.verifyJob]) {
    if (!(await house.jobs.revoke(key))) await house.jobs.stop(key)
  }
}
