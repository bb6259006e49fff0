import { fromPromise } from 'xstate'
import { isFailure } from '../../errors.ts'
import type { Usage } from '../../events/shapes.ts'
import type { AttemptInput } from '../../machines/task/moves.ts'
import type { AgentResult } from '../../ports/agent.ts'
import type { JobState } from '../../ports/jobs.ts'
import type { AttemptFiles } from '../../ports/session-files.ts'
import type { House } from '../house.ts'
import { abandonAttempt } from './abandon-attempt.ts'
import { keepChanges } from './keep-changes.ts'
import { exitOf, leftBy } from './left-by.ts'
import { reportEnd } from './report-end.ts'
import { openTranscript, type Transcript } from './transcript.ts'
import { workerOf } from './worker-of.ts'

/** How often the output of a running agent is looked at, and its usage written down. Milliseconds. */
const lookMs = 250
const progressMs = 30_000

/**
 * Watches an attempt to its end: reads what the agent prints, keeps it within its allowance, and reports what
 * came of it. It begins from the files, so it does the same for an agent that another process started.
 */
export const followAttempt = (house: House) =>
  fromPromise<void, AttemptInput>(async ({ input, signal }) => {
    const worker = workerOf(house.plan, input.attempt)
    const files = house.files.of(input.attempt.files, input.attempt.iteration, worker.adapter.structured)
    const transcript = await openTranscript(house, input, worker, files)
    try {
      const watch = await watchToEnd(house, input, transcript, files, signal)
      if (signal.aborted && house.isLeaving()) return
      await house.assertHeld()
      if (!signal.aborted && (await isConcluded(house, input, transcript, watch))) return
    } finally {
      await transcript.close()
    }
    await abandonAttempt(house, input)
  })

type Watch = { readonly end: JobState; readonly isOverBudget: boolean }

async function watchToEnd(
  house: House,
  input: AttemptInput,
  transcript: Transcript,
  files: AttemptFiles,
  signal: AbortSignal,
): Promise<Watch> {
  let end: JobState | null = null
  let isOverBudget = false
  const done = new AbortController()
  const ended = house.jobs
    .ended(files.job, signal)
    .then((state) => {
      end = state
    })
    .catch((thrown) => {
      if (!signal.aborted) throw thrown
    })
    .finally(() => done.abort())
  let reported = house.clock.now().getTime()

  while (end === null && !signal.aborted) {
    await house.clock
      .until(new Date(house.clock.now().getTime() + lookMs), AbortSignal.any([signal, done.signal]))
      .catch(() => undefined) // woken early: the agent has ended, or the task has moved on
    if (end !== null || signal.aborted || done.signal.aborted) break
    await transcript.readOn()
    const now = house.clock.now().getTime()
    const usage = await house.price(transcript.reader.usage())
    if (!isOverBudget && isSpent(usage, input.attempt.allowanceUsd)) {
      isOverBudget = true
      await house.jobs.stop(files.job)
    }
    if (now - reported >= progressMs) {
      reported = now
      await reportProgress(house, input, transcript, usage)
    }
  }
  await ended
  return { end: end ?? { is: 'absent' }, isOverBudget }
}

function isSpent(usage: Usage | null, allowanceUsd: number | null): boolean {
  return allowanceUsd !== null && (usage?.costUsd ?? 0) >= allowanceUsd
}

async function reportProgress(
  house: House,
  { task, attempt }: AttemptInput,
  { reader }: Transcript,
  usage: Usage | null,
): Promise<void> {
  await house.dispatch([
    {
      stream: task,
      command: { type: 'reportProgress', attempt: attempt.attempt, usage, agentSession: reader.session() },
    },
  ])
}

/** Reports the end; false where the task has moved on meanwhile, so that nobody wants to know. */
async function isConcluded(...report: Parameters<typeof conclude>): Promise<boolean> {
  try {
    await conclude(...report)
    return true
  } catch (thrown) {
    if (isFailure(thrown, 'rejected')) return false
    throw thrown
  }
}

async function conclude(
  house: House,
  input: AttemptInput,
  transcript: Transcript,
  { end, isOverBudget }: Watch,
): Promise<void> {
  if (end.is === 'lost' || end.is === 'absent') {
    const files = house.files.of(input.attempt.files, input.attempt.iteration, true)
    await house.jobs.sweep(files.job)
  }
  await transcript.finish()
  await keepChanges(house, input.attempt)
  const left = await leftBy(house, transcript.reader, end)
  const verdict = transcript.reader.end(exitOf(end), house.clock.now())
  const result: AgentResult =
    isOverBudget && !verdict.ok
      ? { ok: false, kind: 'budget', reason: `it had spent its allowance of $${input.attempt.allowanceUsd}` }
      : verdict
  await reportEnd(house, input, result, left)
}
