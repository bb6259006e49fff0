import { fromPromise } from 'xstate'
import { asFailure, isFailure, LoopworkError, wordsOf } from '../../errors.ts'
import { taskOf } from '../../events/event.ts'
import type { AttemptInput } from '../../machines/task/moves.ts'
import type { AgentResult } from '../../ports/agent.ts'
import type { TaskBrief } from '../../ports/backlog.ts'
import type { Job, JobState } from '../../ports/jobs.ts'
import type { AttemptFiles } from '../../ports/session-files.ts'
import type { House, Worker } from '../house.ts'
import { promptFor } from '../prompt.ts'
import { abandonAttempt } from './abandon-attempt.ts'
import { grantAccess } from './grant-access.ts'
import { nothing, reportEnd } from './report-end.ts'
import { workerOf } from './worker-of.ts'

/** How much of the output of a failed attempt the next one is shown, in bytes. */
const contextBytes = 2_000

/**
 * Gets an attempt going. Safe to be run again after a crash: an agent that was started before is found, not
 * started a second time.
 */
export const launchAttempt = (house: House) =>
  fromPromise<void, AttemptInput>(async ({ input, signal }) => {
    const { attempt } = input
    const worker = workerOf(house.plan, attempt)
    const files = house.files.of(attempt.files, attempt.iteration, worker.adapter.structured)
    try {
      const before = await house.jobs.look(files.job)
      const state = before.is === 'absent' ? await begin(house, input, worker, files) : before
      if (!signal.aborted) await reportBegin(house, input, state)
      else if (!house.isLeaving()) await abandonAttempt(house, input)
    } catch (thrown) {
      if (signal.aborted) return
      // Whatever went wrong, it is one of two: nobody will ever run it, or somebody does.
      const isOff = await house.jobs.revoke(files.job)
      if (isOff) await reportEnd(house, input, unborn(thrown), nothing)
      else await reportStart(house, input, await house.jobs.look(files.job))
    }
  })

type Unready = Extract<AgentResult, { ok: false }>

/** Launches the agent, unless nothing can be told to it: that is never the agent's fault. */
async function begin(
  house: House,
  input: AttemptInput,
  worker: Worker,
  files: AttemptFiles,
): Promise<JobState | Unready> {
  const brief = await house.briefs.take(taskOf(input.task).id).catch((thrown): Unready => {
    if (!(thrown instanceof LoopworkError)) throw thrown
    const kind = thrown.code === 'unavailable' ? 'stopped' : 'backlog'
    return { ok: false, kind, reason: wordsOf(thrown) }
  })
  return 'kind' in brief ? brief : launch(house, input, { worker, files, brief })
}

function unborn(thrown: unknown): AgentResult {
  if (isFailure(thrown, 'rejected'))
    return { ok: false, kind: 'stopped', reason: 'it was stopped before it began' }
  return { ok: false, kind: 'launch', reason: wordsOf(asFailure(thrown)) }
}

async function launch(
  house: House,
  input: AttemptInput,
  { worker, files, brief }: { worker: Worker; files: AttemptFiles; brief: TaskBrief },
): Promise<JobState> {
  const { attempt, task } = input
  const { id } = taskOf(task)
  const remembered = house.workspace.remember(files.job) // takes the longest, and never fails
  const tools = await grantAccess(house, input, worker, files)
  const prompt = promptFor({
    id,
    brief,
    attempt: attempt.attempt,
    verify: house.plan.verify?.command ?? null,
    before: await beforeOf(house, attempt),
    hasTools: tools !== null,
  })
  await house.files.write(files.prompt, prompt)
  const launch = await worker.adapter.launch({
    cwd: house.plan.cwd,
    model: attempt.model,
    allowanceUsd: attempt.allowanceUsd,
    promptFile: files.prompt,
    prompt: () => prompt,
    ...(tools ? { tools } : {}),
  })
  await remembered
  return house.jobs.start({
    ...jobOf(house, files.job),
    file: launch.file,
    args: launch.args,
    env: environment(house, input, { ...worker.env, ...launch.env }, files),
    stdinFile: launch.stdin === 'prompt' ? files.prompt : null,
    stdoutFile: files.stdout,
    stderrFile: files.stderr,
    timeoutMs: attempt.timeoutMs,
  })
}

/** What every job of an attempt has in common. */
export function jobOf(
  { plan }: House,
  key: string,
): Pick<Job, 'key' | 'cwd' | 'graceMs' | 'maxOutputBytes' | 'secrets'> {
  const { cwd, graceMs, maxOutputBytes, secrets } = plan
  return { key, cwd, graceMs, maxOutputBytes, secrets }
}

/** The environment of everything that runs for an attempt: whose it is, and nothing it need not know. */
export function environment(
  { plan }: House,
  { task, attempt }: AttemptInput,
  additions: Readonly<Record<string, string | null>>,
  files: AttemptFiles,
): Record<string, string> {
  const all: Record<string, string | null> = {
    ...plan.env,
    ...plan.traceContext(task, attempt.attempt),
    LOOPWORK_TASK_ID: taskOf(task).id,
    LOOPWORK_TASK_TITLE: attempt.title.replaceAll('\0', ' '),
    LOOPWORK_NAMESPACE: attempt.namespace,
    LOOPWORK_ATTEMPT: String(attempt.attempt),
    LOOPWORK_ITERATION: String(attempt.iteration),
    LOOPWORK_SESSION_ID: plan.session,
    LOOPWORK_PROMPT_FILE: files.prompt,
    ...additions,
  }
  return Object.fromEntries(
    Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== null),
  )
}

async function reportBegin(house: House, input: AttemptInput, state: JobState | Unready): Promise<void> {
  await ('kind' in state ? reportEnd(house, input, state, nothing) : reportStart(house, input, state))
}

async function reportStart(house: House, { task, attempt }: AttemptInput, state: JobState): Promise<void> {
  if (state.is === 'absent') return
  await house.dispatch([
    {
      stream: task,
      command: {
        type: 'reportStarted',
        attempt: attempt.attempt,
        supervisor: state.is === 'running' ? state.supervisor : null,
        process: state.is === 'running' ? state.process : null,
      },
    },
  ])
}

async function beforeOf(house: House, attempt: AttemptInput['attempt']) {
  const { before } = attempt
  if (!before) return null
  const files = house.files.of(before.files, before.iteration, true)
  return { ...before, output: await house.files.tail(files.output, contextBytes) }
}
