import { Subject } from 'rxjs'
import { createSessionFiles } from '../adapters/files/session-files.ts'
import { createPrices } from '../adapters/prices/prices.ts'
import { createJobs } from '../adapters/supervisor/jobs.ts'
import { createProcesses } from '../adapters/supervisor/processes.ts'
import type { App } from '../app.ts'
import { nearest } from '../config/nearest.ts'
import { secretsIn } from '../config/secrets.ts'
import type { Settings } from '../config/settings.ts'
import { LoopworkError } from '../errors.ts'
import { loopStream } from '../events/event.ts'
import type { RunOptions } from '../events/loop.ts'
import type { Backlog, BacklogSnapshot } from '../ports/backlog.ts'
import type { Secret } from '../ports/secret.ts'
import type { Live, RunPlan } from '../runtime/house.ts'
import { maskedFiles } from '../runtime/masked.ts'
import { type Run, startRun } from '../runtime/run.ts'
import { environmentOfAgents } from './environment-of-agents.ts'
import { openBacklog } from './open-backlog.ts'
import { pluginsOf } from './plugins-of.ts'
import type { SessionPlan } from './session.ts'
import type { PluginProcess } from './start-plugins.ts'
import { fenceOf, takeNamespace } from './take-namespace.ts'
import { findWorkers } from './workers.ts'

/** A run that is under way, with all that it holds. */
export type OpenRun = {
  readonly run: Run
  readonly session: string
  /** Folder of the session's files, relative to the state folder. */
  readonly files: string
  readonly backlog: Backlog
  readonly live: Subject<Live>
  /** Agents of the configuration that could not be found. */
  readonly missing: readonly string[]
  /** Starts the plugins, if there are any; `say` shows a line to whoever watches. */
  startPlugins(say: (text: string) => void): PluginProcess | null
  close(): Promise<void>
}

/** The machine and the process a run lives in. */
export type Surroundings = {
  readonly env: Readonly<Record<string, string>>
  readonly home: string
  readonly isRoot: boolean
  /** The supervisor's program. */
  readonly keeperFile: string
  /** The program that plugins live in. */
  readonly pluginHostFile: string
  /** The library that a configuration imports. */
  readonly library: string
  readonly cwd: string
  readonly version: string
}

/** Takes the namespace and sets everything going. Whatever is wrong with the project is said before that. */
export async function openRun(
  app: App,
  given: {
    readonly settings: Settings
    readonly configFile: string | null
    readonly plan: SessionPlan
    readonly args: readonly string[]
    readonly surroundings: Surroundings
  },
): Promise<OpenRun> {
  const { settings, plan, surroundings } = given
  const { namespace } = settings
  const processes = createProcesses()
  const workers = await findWorkers(settings, surroundings)
  const backlog = await openBacklog(app, settings, processes)
  const sessionFiles = maskedFiles(createSessionFiles(app.stateDir), secretsOf(settings, surroundings))
  const jobs = createJobs({
    keeperFile: surroundings.keeperFile,
    processes,
    clock: app.clock,
    newId: app.newId,
  })
  const live = new Subject<Live>()
  const closeAll = async (): Promise<void> => {
    live.complete()
    await backlog.close()
    await jobs.close()
  }

  try {
    assertStart(settings, await backlog.read())
    const files = plan.files ?? (await sessionFiles.create(namespace, app.clock.now()))
    const lease = await takeNamespace(app, processes, namespace, {
      session: plan.session,
      files,
      resumes: plan.resumes,
      options: optionsOf(settings, backlog),
      args: [...given.args],
      cwd: app.projectRoot,
      version: surroundings.version,
    })
    const run = await startRun({
      plan: runPlan(app, settings, {
        session: plan.session,
        files,
        epoch: lease.epoch,
        surroundings,
        workers,
      }),
      clock: app.clock,
      dispatch: await app.dispatch({
        by: 'loop',
        session: plan.session,
        fence: { name: fenceOf(namespace), token: lease.epoch },
        retry: settings.retry,
      }),
      backlog,
      jobs,
      files: sessionFiles,
      live,
      price: createPrices(settings.prices),
      log: app.log,
      store: app.store,
      recall: await app.recall(),
      from: lease.before,
      chance: Math.random,
    })
    return {
      ...{ run, session: plan.session, files, backlog, live, missing: workers.missing, close: closeAll },
      startPlugins: (say) => pluginsOf(app, given, lease.before, say),
    }
  } catch (thrown) {
    await closeAll()
    throw thrown
  }
}

/** The task to begin with must be there: otherwise the run would quietly begin with another. */
function assertStart({ startFrom }: Settings, { tasks }: BacklogSnapshot): void {
  if (startFrom === null || tasks.some(({ id }) => id === startFrom)) return
  const near = nearest(
    startFrom,
    tasks.map(({ id }) => id),
  )
  throw new LoopworkError('not_found', `the backlog has no task ${startFrom} to begin with`, {
    hint: near ? `Did you mean ${near}?` : 'All of them: loopwork task list.',
  })
}

/** Those of the environment, and those that the configuration gives to agents. */
function secretsOf({ pool }: Settings, { env }: Surroundings): Secret[] {
  return secretsIn(Object.assign({}, env, ...pool.map((entry) => entry.env)))
}

function optionsOf(settings: Settings, backlog: Backlog): RunOptions {
  return {
    backend: backlog.kind,
    backlog: backlog.id,
    feature: settings.feature,
    startFrom: settings.startFrom,
    maxIterations: settings.maxIterations,
    timeoutMs: settings.timeoutMs,
    cli: settings.pool[0]?.agent ?? settings.cli,
    model: settings.pool[0]?.model ?? settings.model,
  }
}

function runPlan(
  app: App,
  settings: Settings,
  given: Pick<RunPlan, 'session' | 'files' | 'epoch'> & {
    readonly surroundings: Surroundings
    readonly workers: Pick<RunPlan, 'pool' | 'readers'>
  },
): RunPlan {
  const { session, files, epoch, surroundings, workers } = given
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
    taskDelayMs: settings.taskDelayMs,
    pool: workers.pool,
    readers: workers.readers,
    strategy: settings.strategy,
    retry: settings.retry,
    verify: settings.verify,
    dailyBudgetUsd: settings.budget.dailyUsd,
    alertThreshold: settings.budget.alertThreshold,
    maxOutputBytes: settings.maxOutputBytes,
    graceMs: settings.graceMs,
    cwd: app.projectRoot,
    secrets: secretsOf(settings, surroundings),
    env: environmentOfAgents(surroundings.env),
  }
}
