import { Subject } from 'rxjs'
import { createSessionFiles } from '../adapters/files/session-files.ts'
import { createGitWorkspace } from '../adapters/git/workspace.ts'
import { createPrices, loadPriceList } from '../adapters/prices/prices.ts'
import { createJobs } from '../adapters/supervisor/jobs.ts'
import { createProcesses } from '../adapters/supervisor/processes.ts'
import type { App } from '../app.ts'
import { nearest } from '../config/nearest.ts'
import { secretsOf } from '../config/secrets.ts'
import type { Settings } from '../config/settings.ts'
import { asFailure, LoopworkError } from '../errors.ts'
import type { LoopMode } from '../events/loop.ts'
import { forgetRemoved } from '../plugins/forget.ts'
import type { Backlog, BacklogSnapshot } from '../ports/backlog.ts'
import type { Processes } from '../ports/processes.ts'
import type { SessionFiles } from '../ports/session-files.ts'
import type { Live } from '../runtime/house.ts'
import { maskedFiles } from '../runtime/masked.ts'
import { type Run, startRun } from '../runtime/run.ts'
import { holdNamespace } from './hold-namespace.ts'
import { openBacklog, openPost } from './open-backlog.ts'
import { heardUpTo, pluginsOf } from './plugins-of.ts'
import { keepPruning } from './retain.ts'
import { optionsOf, runPlan } from './run-plan.ts'
import { writeScriptFiles } from './script-files.ts'
import type { SessionPlan } from './session.ts'
import type { PluginProcess } from './start-plugins.ts'
import { fenceOf, type Taken, takeNamespace } from './take-namespace.ts'
import { findWorkers, type Workers } from './workers.ts'

/** A run that is under way, with all that it holds. */
export type OpenRun = {
  readonly run: Run
  readonly session: string
  /** Folder of the session's files, relative to the state folder. */
  readonly files: string
  readonly backlog: Backlog
  readonly live: Subject<Live>
  /** What its owner should know, though it works. */
  readonly warnings: readonly string[]
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
  /** This program itself, for those that it starts. */
  readonly program: readonly [string, ...string[]]
  /** The program that plugins live in. */
  readonly pluginHostFile: string
  /** The library that a configuration imports. */
  readonly library: string
  readonly version: string
  /** The folder in which the arguments were given. */
  readonly cwd: string
  readonly mode: LoopMode
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
  const { settings, surroundings } = given
  const processes = createProcesses()
  const workers = await findWorkers(settings, surroundings)
  const backlog = await openBacklog(app, settings, processes)
  const open: (() => unknown)[] = [() => backlog.close()]
  const close = async (): Promise<void> => {
    for (const each of open.splice(0).reverse()) await each()
  }
  try {
    assertStart(settings, await backlog.read())
    return { ...(await begin(app, { ...given, processes, workers, backlog, open })), close }
  } catch (thrown) {
    await close()
    throw thrown
  }
}

type Beginning = Parameters<typeof openRun>[1] & {
  readonly processes: Processes
  readonly workers: Workers
  readonly backlog: Backlog
  /** What is to be closed, last first. */
  readonly open: (() => unknown)[]
}

async function begin(app: App, given: Beginning): Promise<Omit<OpenRun, 'close'>> {
  const { settings, surroundings, processes, workers, backlog, open } = given
  const { namespace } = settings
  const { session } = given.plan
  const sessionFiles = maskedFiles(createSessionFiles(app.stateDir), secretsOf(settings, surroundings.env))
  const { files, epoch, before } = await take(app, sessionFiles, given)
  const fence = { name: fenceOf(namespace), token: epoch }
  const hold = holdNamespace(app, fence, settings.leaseMs)
  open.push(() => hold.letGo())
  await hold.assertHeld()
  await forgetRemoved(app.plugins, settings)
  const { keeperFile } = surroundings
  const jobs = createJobs({ keeperFile, processes, clock: hold.clock, newId: app.newId })
  const live = new Subject<Live>()
  loadPriceList().catch(() => undefined) // tried again where it is needed
  open.push(...[() => jobs.close(), () => live.complete()])
  const warnings = workers.missing.map((problem) => `${problem}; the other agents are used`)
  if (settings.parallel > 1) {
    warnings.push(
      `${settings.parallel} agents may work in this folder at once: keep their tasks apart with dependsOn`,
    )
  }
  if (surroundings.mode !== 'foreground') {
    const problem = await writeScriptFiles(app, processes, namespace)
    if (problem) warnings.push(problem)
    open.unshift(() => writeScriptFiles(app, processes, null))
  }
  const analysedTo = await heardUpTo(app, namespace, 'dynamicTasks', before)
  const run = await startRun({
    plan: runPlan(app, settings, { session, files, epoch, surroundings, workers, analysedTo }),
    clock: hold.clock,
    assertHeld: hold.assertHeld,
    lost: hold.lost,
    dispatch: await app.dispatch({ by: 'loop', session, fence, retry: settings.retry }),
    backlog,
    jobs,
    files: sessionFiles,
    workspace: createGitWorkspace({ root: app.projectRoot, stateDir: app.stateDir, env: surroundings.env }),
    live,
    price: createPrices(settings.prices),
    log: app.log,
    store: app.store,
    recall: await app.recall(),
    from: before,
    post: backlog.isRemote ? await openPost(app, session) : null,
    chance: Math.random,
  })
  const stopPruning = keepPruning(app, settings, (thrown) => {
    const line = `${app.clock.now().toISOString()} WARN  ${namespace} old files stay: ${asFailure(thrown).message}`
    sessionFiles.log(files, [line]).catch(() => undefined) // the disk is in trouble, which its appends will tell
  })
  open.push(stopPruning)
  const ended = run.ended.catch(async (thrown) => {
    const line = `${app.clock.now().toISOString()} ERROR ${namespace} broke off: ${asFailure(thrown).message}`
    await sessionFiles.log(files, [line]).catch(() => undefined) // what was thrown says it, too
    throw thrown
  })
  return {
    ...{ run: { ...run, ended }, session, files, backlog, live, warnings },
    startPlugins: (say) => pluginsOf(app, given, before, say),
  }
}

/** Takes the namespace, with a folder for the session; a folder that comes to nothing does not stay. */
async function take(
  app: App,
  sessionFiles: SessionFiles,
  { settings, plan, args, surroundings, processes, backlog, workers }: Beginning,
): Promise<Taken & { readonly files: string }> {
  const { namespace } = settings
  const files = plan.files ?? (await sessionFiles.create(namespace, app.clock.now()))
  try {
    const taken = await takeNamespace(app, processes, namespace, {
      session: plan.session,
      files,
      resumes: plan.resumes,
      options: optionsOf(settings, backlog, workers),
      args: [...args],
      cwd: surroundings.cwd,
      mode: surroundings.mode,
      version: surroundings.version,
    })
    return { ...taken, files }
  } catch (thrown) {
    if (plan.files === null) await sessionFiles.discard(files)
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
