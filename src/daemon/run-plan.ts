import type { App } from '../app.ts'
import { secretsOf } from '../config/secrets.ts'
import type { Settings } from '../config/settings.ts'
import { loopStream } from '../events/event.ts'
import type { RunOptions } from '../events/loop.ts'
import { traceContext } from '../integrations/trace-context.ts'
import type { Backlog } from '../ports/backlog.ts'
import type { RunPlan } from '../runtime/house.ts'
import { environmentOfAgents } from './environment-of-agents.ts'
import type { Surroundings } from './open-run.ts'
import type { Workers } from './workers.ts'

/** The program that agents are handed for tools, and what it needs to find this project as this run sees it. */
function toolsOf(app: App, { backend, namespace }: Settings, { program }: Surroundings): RunPlan['tools'] {
  const [file, ...args] = program
  const place: Record<string, string> = { LOOPWORK_BACKEND: backend.kind }
  if (backend.kind === 'json') place.LOOPWORK_TASKS_FILE = backend.tasksFile
  if (backend.kind === 'github' && backend.repo) place.LOOPWORK_REPO = backend.repo
  return {
    file,
    args: [...args, 'mcp', '--attempt'],
    env: { ...place, LOOPWORK_STATE_DIR: app.stateDir, LOOPWORK_NAMESPACE: namespace },
  }
}

/** What is written into the log of how the run was started. */
export function optionsOf(settings: Settings, backlog: Backlog, { pool }: Workers): RunOptions {
  return {
    backend: backlog.kind,
    backlog: backlog.id,
    feature: settings.feature,
    startFrom: settings.startFrom,
    maxIterations: settings.maxIterations,
    timeoutMs: settings.timeoutMs,
    cli: settings.pool[0]?.agent ?? settings.cli,
    model: settings.pool[0]?.model ?? settings.model,
    terms: {
      pool: pool.map(({ agent, model, timeoutMs, costWeight, isFallback }) => {
        return { agent, model, timeoutMs, costWeight, isFallback }
      }),
      strategy: settings.strategy,
      triesPerModel: settings.triesPerModel,
      circuitBreaker: settings.circuitBreaker,
      dailyBudgetUsd: settings.budget.dailyUsd,
      parallel: settings.parallel,
      failureMode: settings.failureMode,
    },
  }
}

/** How long the end of a run waits for those who look for what is left: an agent has to think. */
const followUpsMs = { pattern: 30_000, own: 330_000, llm: 330_000 }

/** The bounds within which a run works. */
export function runPlan(
  app: App,
  settings: Settings,
  given: Pick<RunPlan, 'session' | 'files' | 'epoch'> & {
    /** The position up to which somebody has looked for what attempts have left. */
    readonly analysedTo: number
    readonly surroundings: Surroundings
    readonly workers: Pick<RunPlan, 'pool' | 'readers'>
  },
): RunPlan {
  const { session, files, epoch, surroundings, workers, analysedTo } = given
  return {
    namespace: settings.namespace,
    loop: loopStream(settings.namespace),
    session,
    epoch,
    files,
    feature: settings.feature,
    startFrom: settings.startFrom,
    maxIterations: settings.maxIterations,
    circuitBreaker: settings.circuitBreaker,
    parallel: settings.parallel,
    failureMode: settings.failureMode,
    taskDelayMs: settings.taskDelayMs,
    followUps: settings.followUps && { waitMs: followUpsMs[settings.followUps.analyzer], from: analysedTo },
    pool: workers.pool,
    readers: workers.readers,
    strategy: settings.strategy,
    triesPerModel: settings.triesPerModel,
    retry: settings.retry,
    verify: settings.verify,
    dailyBudgetUsd: settings.budget.dailyUsd,
    alertThreshold: settings.budget.alertThreshold,
    maxOutputBytes: settings.maxOutputBytes,
    graceMs: settings.graceMs,
    cwd: app.projectRoot,
    tools: toolsOf(app, settings, surroundings),
    secrets: secretsOf(settings, surroundings.env),
    env: environmentOfAgents(surroundings.env),
    traceContext: (task, attempt) =>
      settings.integrations.includes('openTelemetry') ? traceContext(session, task, attempt) : {},
  }
}
