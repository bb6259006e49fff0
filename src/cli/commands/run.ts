import type { ArgumentsCamelCase } from 'yargs'
import type { App } from '../../app.ts'
import { isResumable, newSession, type SessionPlan, sameSession } from '../../daemon/session.ts'
import { loopRow } from '../../daemon/take-namespace.ts'
import { LoopworkError } from '../../errors.ts'
import type { LoopRow } from '../../projections/loops.ts'
import type { Action, Surroundings } from '../command.ts'
import { modeOf } from '../daemon/mode.ts'
import { lineCount } from '../logs/line-count.ts'
import { setUpClaudeIfAsked } from '../mcp/claude-at-start.ts'
import { assertBacklogSettled, openProject, type Project } from '../open-project.ts'
import { hasStore, withApp } from '../open-store.ts'
import { pausedText } from '../paused-text.ts'
import { foreground } from './foreground.ts'
import { type RunFlags, type StartFlags, withRunOptions, withStartOptions } from './run-options.ts'
import { argsToKeep, withSavedArgs } from './saved-args.ts'

type Options = ArgumentsCamelCase<StartFlags>

/** `run`. */
export const runCommand: Action<RunFlags> = {
  options: withRunOptions,
  run: (...given) => work(...given),
}

/** `start`: the same, or in the background. */
export const startCommand: Action<StartFlags> = {
  options: withStartOptions,
  run: (...given) => work(...given),
}

/** `resume`: the session that was broken off, with its arguments. */
export const resumeCommand: Action<StartFlags> = {
  options: withStartOptions,
  run: (options, surroundings) => work({ ...options, resume: true }, surroundings),
}

async function work(options: Options, surroundings: Surroundings): Promise<number> {
  if (options.tail) lineCount(options.lines ?? 20) // refused before anything is begun
  const project = await openProject(options, surroundings)
  if (options.resume && !hasStore(project.stateDir)) {
    throw nothingToResume(project.settings.namespace, undefined)
  }
  assertBacklogSettled(project)
  if (project.settings.dryRun && !options.resume) return showPlan(project, surroundings)
  await setUpClaudeIfAsked(project, surroundings)
  for (let given = options; ; given = { ...options, resume: true, cleanOrphans: false }) {
    const code = await withApp(project, surroundings.io, (app) =>
      unlessRemoved(app, () => workIn(app, project, given, surroundings)),
    )
    if (code !== null) return code
    surroundings.print.warn(
      'the state folder was removed while the loop worked, by `git clean -x` perhaps: the events are put back, ' +
        'and the session goes on; outputs up to now are lost',
    )
  }
}

/** Null where the store was removed meanwhile, and has been put back, so that all has to begin anew. */
async function unlessRemoved(app: App, use: () => Promise<number>): Promise<number | null> {
  try {
    return await use()
  } catch (thrown) {
    if (await app.putBackIfRemoved()) return null
    throw thrown
  }
}

async function workIn(
  app: App,
  project: Project,
  options: Options,
  surroundings: Surroundings,
): Promise<number> {
  if (options.cleanOrphans) {
    const { cleanOrphans } = await import('../daemon/clean-orphans.ts')
    await cleanOrphans(app, project.settings.namespace, options, surroundings)
  }
  if (options.daemon && modeOf(surroundings.io) === 'foreground') {
    const { startDaemon } = await import('../daemon/start-daemon.ts')
    return startDaemon(app, project.settings.namespace, surroundings, {
      argv: surroundings.argv,
      tailLines: options.tail ? (options.lines ?? 20) : null,
    })
  }
  return begin(app, project, options, surroundings)
}

async function begin(
  app: App,
  first: Project,
  options: Options,
  surroundings: Surroundings,
): Promise<number> {
  const { namespace } = first.settings
  const row = await loopRow(app, namespace)
  const broken = isResumable(row) && (options.resume || options.autoResume) ? row : null
  if (options.resume && !broken) throw nothingToResume(namespace, row)
  const paused = row ? pausedText(row) : null
  if (paused && options.daemon !== true) surroundings.print.warn(paused) // the one who started a daemon has said it
  if (!broken) {
    const plan: SessionPlan = newSession(namespace, app.clock.now(), surroundings.io.pid)
    return foreground(app, first, surroundings, { plan, args: argsToKeep(surroundings.argv) })
  }
  const project = await withSavedArgs(first, broken, options, surroundings)
  if (project.settings.dryRun) return showPlan(project, surroundings)
  return foreground(app, project, surroundings, { plan: sameSession(broken), args: broken.args })
}

async function showPlan(project: Project, surroundings: Surroundings): Promise<number> {
  const { dryRun } = await import('./dry-run.ts')
  return dryRun(project, surroundings)
}

function nothingToResume(namespace: string, row: LoopRow | undefined): LoopworkError {
  const what = row ? `the last session ended: ${row.stopReason} (${row.reason})` : 'nothing has run there yet'
  return new LoopworkError('not_found', `there is nothing to resume in the namespace ${namespace}: ${what}`, {
    hint: 'Begin a new session with `loopwork start`.',
  })
}
