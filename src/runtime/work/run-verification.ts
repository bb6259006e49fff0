import { fromPromise } from 'xstate'
import type { FailureKind } from '../../events/shapes.ts'
import type { AttemptInput, CheckInput } from '../../machines/task/moves.ts'
import type { JobExit, JobState } from '../../ports/jobs.ts'
import type { AttemptFiles } from '../../ports/session-files.ts'
import type { House } from '../house.ts'
import { abandonAttempt } from './abandon-attempt.ts'
import { environment, jobOf } from './launch-attempt.ts'

/** What of the output of a failed check is told, in bytes. */
const tellBytes = 1_500

/** Runs the command that says whether the work is done. Found, not repeated, after a crash. */
export const runVerification = (house: House) =>
  fromPromise<void, CheckInput>(async ({ input, signal }) => {
    const { attempt } = input
    const files = house.files.of(attempt.files, attempt.iteration, true)
    const before = await house.jobs.look(files.verifyJob)
    if (before.is === 'absent') await start(house, input, files)
    const end = await house.jobs.ended(files.verifyJob, signal).catch((thrown) => {
      if (signal.aborted) return null
      throw thrown
    })
    if (signal.aborted || end === null) {
      if (!house.isLeaving()) await abandonAttempt(house, input)
      return
    }
    if (end.is === 'lost') await house.jobs.sweep(files.verifyJob)
    await report(house, input, files, end)
  })

async function start(house: House, input: CheckInput, files: AttemptFiles): Promise<void> {
  const [file = '', ...args] = input.check.command
  await house.jobs.start({
    ...jobOf(house, files.verifyJob),
    file,
    args,
    env: environment(house, input, {}, files),
    stdinFile: null,
    stdoutFile: files.verifyOutput,
    stderrFile: files.verifyOutput,
    timeoutMs: input.check.timeoutMs,
  })
}

async function report(
  house: House,
  { task, attempt }: AttemptInput,
  files: AttemptFiles,
  end: JobState,
): Promise<void> {
  const exit = end.is === 'ended' ? end.exit : null
  const failure = await failureOf(house, files, exit)
  await house.dispatch([
    {
      stream: task,
      command: {
        type: 'reportVerification',
        attempt: attempt.attempt,
        durationMs: exit ? new Date(exit.endedAt).getTime() - new Date(exit.startedAt).getTime() : null,
        exit: exit ? { code: exit.code, signal: exit.signal } : null,
        failure,
      },
    },
  ])
}

async function failureOf(
  house: House,
  files: AttemptFiles,
  exit: JobExit | null,
): Promise<{ kind: FailureKind; reason: string } | null> {
  if (exit?.endedBy === 'itself' && exit.code === 0) return null
  if (!exit) return { kind: 'interrupted', reason: 'the check was interrupted' }
  if (exit.endedBy === 'stopped') return { kind: 'stopped', reason: 'the check was stopped' }
  const said = (await house.files.tail(files.verifyOutput, tellBytes)).trim()
  const how = exit.problem ?? howItEnded(exit)
  return { kind: 'verification', reason: said ? `${how}: ${said}` : how }
}

function howItEnded({ endedBy, code, signal }: JobExit): string {
  if (endedBy === 'timeout') return 'the check ran longer than it may'
  if (endedBy === 'output') return 'the check printed more than it may'
  return signal ? `the check was ended by ${signal}` : `the check exited with ${code}`
}
