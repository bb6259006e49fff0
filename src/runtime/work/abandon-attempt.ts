import type { AttemptInput } from '../../machines/task/moves.ts'
import type { House } from '../house.ts'
import { keepChanges } from './keep-changes.ts'
import { leftBy } from './left-by.ts'
import { nothing } from './report-end.ts'
import { openTranscript } from './transcript.ts'
import { workerOf } from './worker-of.ts'

const reason = 'the task had moved on without it'

/**
 * A task has moved on without its agent, or its check: ends what runs, and writes down what was used. Until
 * that is written no other attempt at the task can begin.
 */
export async function abandonAttempt(house: House, input: AttemptInput): Promise<void> {
  const { task, attempt } = input
  const worker = workerOf(house.plan, attempt)
  const files = house.files.of(attempt.files, attempt.iteration, worker.adapter.structured)
  let left = nothing
  if (!(await house.jobs.revoke(files.job))) {
    await house.jobs.stop(files.job)
    const transcript = await openTranscript(house, input, worker, files)
    await transcript.finish()
    left = await leftBy(house, transcript.reader, await house.jobs.look(files.job))
    await transcript.close()
    await keepChanges(house, attempt)
  }
  if (!(await house.jobs.revoke(files.verifyJob))) await house.jobs.stop(files.verifyJob)
  const remains = { ...left, attempt: attempt.attempt }
  await house.dispatch([{ stream: task, command: { type: 'abandon', remains, reason } }])
}
