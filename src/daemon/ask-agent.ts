import { createSessionFiles } from '../adapters/files/session-files.ts'
import { createPrices } from '../adapters/prices/prices.ts'
import { createJobs } from '../adapters/supervisor/jobs.ts'
import { createProcesses } from '../adapters/supervisor/processes.ts'
import type { App } from '../app.ts'
import { secretsOf } from '../config/secrets.ts'
import type { Settings } from '../config/settings.ts'
import { LoopworkError } from '../errors.ts'
import type { Usage } from '../events/shapes.ts'
import type { Job, JobState } from '../ports/jobs.ts'
import type { AttemptFiles, SessionFiles } from '../ports/session-files.ts'
import { costs } from '../projections/costs.ts'
import { budgetOf } from '../runtime/budget.ts'
import type { Worker } from '../runtime/house.ts'
import { maskedFiles } from '../runtime/masked.ts'
import { environmentOfAgents } from './environment-of-agents.ts'
import type { Surroundings } from './open-run.ts'
import { saidIn } from './said-in.ts'

/** What is asked of an agent besides a task, and within which bounds. */
export type Question = { readonly prompt: string; readonly timeoutMs: number; readonly signal: AbortSignal }

/** What it said. */
export type Reply = {
  readonly text: string
  readonly usage: Usage | null
  readonly durationMs: number
  /** The file that holds all it printed. */
  readonly output: string
}

/** An answer is read whole, so it may not be endless. */
const maxOutputBytes = 16 << 20

/**
 * Asks an agent something that is no task: under a supervisor and within what is left of the budget, like an
 * attempt, but nobody goes on with it after a crash, and the log says nothing of it.
 */
export async function askAgent(
  app: App,
  settings: Settings,
  machine: Pick<Surroundings, 'env' | 'keeperFile'>,
  worker: Worker,
  question: Question,
): Promise<Reply> {
  const secrets = secretsOf(settings, machine.env)
  const sessions = maskedFiles(createSessionFiles(app.stateDir), secrets)
  const allowanceUsd = await allowanceIn(app, settings)
  const files = sessions.of(await sessions.create('asked', app.clock.now()), 1, worker.adapter.structured)
  await sessions.write(files.prompt, question.prompt)
  const launch = await worker.adapter.launch({
    cwd: app.projectRoot,
    model: worker.model,
    allowanceUsd,
    promptFile: files.prompt,
    prompt: () => question.prompt,
  })
  const end = await runJob(app, machine.keeperFile, question.signal, {
    key: files.job,
    file: launch.file,
    args: launch.args,
    env: definedIn({ ...environmentOfAgents(machine.env), ...worker.env, ...launch.env }),
    cwd: app.projectRoot,
    stdinFile: launch.stdin === 'prompt' ? files.prompt : null,
    stdoutFile: files.stdout,
    stderrFile: files.stderr,
    timeoutMs: question.timeoutMs,
    graceMs: settings.graceMs,
    maxOutputBytes,
    secrets,
  })
  return judge(app, settings, worker, { end, files, sessions })
}

async function allowanceIn(app: App, { budget, namespace }: Settings): Promise<number | null> {
  const { dailyUsd } = budget
  if (dailyUsd === null) return null
  const money = await budgetOf(await app.view(costs), { dailyUsd, now: app.clock.now(), namespace })
  const leftUsd = dailyUsd - money.spentUsd - money.reservedUsd
  if (leftUsd > 0) return leftUsd
  throw new LoopworkError('rejected', `nothing is left of today's budget of $${dailyUsd.toFixed(2)}`, {
    hint: 'Wait for the next day, UTC, or raise costTracking.dailyBudget.',
  })
}

/** Runs it to its end; when it is called off, ends it and all that it started. */
async function runJob(app: App, keeperFile: string, signal: AbortSignal, job: Job): Promise<JobState> {
  const { clock, newId } = app
  const jobs = createJobs({ keeperFile, processes: createProcesses(), clock, newId })
  try {
    await jobs.start(job)
    return await jobs.ended(job.key, signal).catch(async (thrown) => {
      if (!signal.aborted) throw thrown
      await jobs.stop(job.key)
      return jobs.look(job.key)
    })
  } finally {
    await jobs.close()
  }
}

type Ended = { readonly end: JobState; readonly files: AttemptFiles; readonly sessions: SessionFiles }

async function judge(
  app: App,
  { prices }: Settings,
  { agent, model, adapter }: Worker,
  { end, files, sessions }: Ended,
): Promise<Reply> {
  const reader = adapter.reader(model)
  const text = await saidIn(reader, files, sessions)
  const exit = end.is === 'ended' ? end.exit : null
  const result = reader.end(exit ?? { code: null, signal: null, endedBy: 'nobody-knows' }, app.clock.now())
  if (!result.ok) {
    throw new LoopworkError('unavailable', `${agent} gave no answer: ${result.reason}`, {
      hint: `All it printed: ${files.stdout} and ${files.stderr}.`,
    })
  }
  return {
    text: text || result.summary,
    usage: await createPrices(prices)(reader.usage()),
    durationMs: exit ? Date.parse(exit.endedAt) - Date.parse(exit.startedAt) : 0,
    output: files.stdout,
  }
}

function definedIn(env: Readonly<Record<string, string | null>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== null),
  )
}
