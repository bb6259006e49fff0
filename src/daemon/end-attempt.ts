import { Subject } from 'rxjs'
import { createPrices } from '../adapters/prices/prices.ts'
import type { TaskStream } from '../events/event.ts'
import type { Request } from '../machines/subjects.ts'
import type { Attempt, TaskContext } from '../machines/task/context.ts'
import type { AgentExit, AgentResult } from '../ports/agent.ts'
import type { JobState } from '../ports/jobs.ts'
import type { Live } from '../runtime/house.ts'
import { exitOf, leftBy } from '../runtime/work/left-by.ts'
import { type Left, nothing } from '../runtime/work/report-end.ts'
import { openTranscript } from '../runtime/work/transcript.ts'
import { type Grip, pidOf } from './grip.ts'
import { readerOf } from './workers.ts'

/** How a job stands once it is certain that it does not run, and whether that is our doing. */
type Ended = { readonly state: JobState; readonly byUs: boolean }

/**
 * Ends the open attempt of a task for good, and gives what is to be written of it: that it was stopped, which
 * costs no try, or that it had died unseen. Null where there is nothing to say before its output has been
 * judged by a loop: it had come to its own end.
 */
export async function endAttempt(grip: Grip, stream: TaskStream, reason: string): Promise<Request | null> {
  const { state } = await (await grip.app.recall())(stream)
  const { open } = state.context as TaskContext
  if (!open) return null
  const { verifyJob, job } = grip.files.of(open.files, open.iteration, true)
  if (state.matches('verifying')) return endCheck(await endJob(grip, verifyJob), stream, open, reason)
  if ((await grip.jobs.look(verifyJob)).is === 'running') await grip.jobs.stop(verifyJob)
  const { result, left } = await judge(grip, stream, open, await endJob(grip, job), reason)
  const remains = { ...left, attempt: open.attempt }
  if (!state.hasTag('busy')) return { stream, command: { type: 'abandon', remains, reason } }
  if (!result || result.ok) return null
  const { kind, reason: why } = result
  return { stream, command: { type: 'reportFailure', remains, kind, reason: why, resetsAt: null } }
}

async function endJob(grip: Grip, key: string): Promise<Ended> {
  const { jobs } = grip
  if (await jobs.revoke(key)) return { state: { is: 'absent' }, byUs: true }
  const wasAlive = (await pidOf(grip, key)) !== null
  await jobs.stop(key)
  const state = await jobs.look(key)
  return { state, byUs: state.is === 'ended' ? state.exit.endedBy === 'stopped' : wasAlive }
}

/** Reads what the agent has left; the result is null where its own word counts. */
async function judge(
  { app, files, terms }: Grip,
  stream: TaskStream,
  attempt: Attempt,
  { state, byUs }: Ended,
  reason: string,
): Promise<{ readonly result: AgentResult | null; readonly left: Left }> {
  const stopped: AgentResult = { ok: false, kind: 'stopped', reason }
  if (state.is === 'absent') return { result: stopped, left: nothing }
  const adapter = readerOf(attempt.agent)
  const { prices } = await terms()
  const house = { files, live: new Subject<Live>(), price: createPrices(prices) }
  const paths = files.of(attempt.files, attempt.iteration, adapter.structured)
  const input = { task: stream, attempt }
  const transcript = await openTranscript(house, input, { adapter }, paths)
  try {
    await transcript.finish()
    const left = await leftBy(house, transcript.reader, state)
    if (byUs) return { result: stopped, left }
    const exit: AgentExit = exitOf(state)
    const isUnseen = exit.endedBy === 'nobody-knows'
    return { result: isUnseen ? transcript.reader.end(exit, app.clock.now()) : null, left }
  } finally {
    await transcript.close()
  }
}

/** The check of an attempt whose agent had done its work. */
function endCheck(
  { state, byUs }: Ended,
  stream: TaskStream,
  { attempt }: Attempt,
  reason: string,
): Request | null {
  if (!byUs && state.is === 'ended') return null
  const failure = byUs
    ? ({ kind: 'stopped', reason } as const)
    : ({ kind: 'interrupted', reason: 'the check was interrupted' } as const)
  return { stream, command: { type: 'reportVerification', attempt, durationMs: null, exit: null, failure } }
}
