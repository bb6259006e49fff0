import type { ArgumentsCamelCase } from 'yargs'
import type { App } from '../../app.ts'
import { isResumable, newSession, type SessionPlan, sameSession } from '../../daemon/session.ts'
import { loopRow } from '../../daemon/take-namespace.ts'
import { LoopworkError } from '../../errors.ts'
import type { Action, Surroundings } from '../command.ts'
import { setUpClaudeIfAsked } from '../mcp/claude-at-start.ts'
import { assertBacklogSettled, openProject, type Project } from '../open-project.ts'
import { withApp } from '../open-store.ts'
import { foreground } from './foreground.ts'
import { type RunFlags, withRunOptions } from './run-options.ts'
import { argsToKeep, withSavedArgs } from './saved-args.ts'

type Options = ArgumentsCamelCase<RunFlags>

/** `run` and `start`. */
export const runCommand: Action<RunFlags> = {
  options: withRunOptions,
  run: (options, surroundings) =>
    options.resume ? resume(options, surroundings) : begin(options, surroundings),
}

/** `resume`: the session that was broken off, with its arguments. */
export const resumeCommand: Action<RunFlags> = {
  options: withRunOptions,
  run: (...given) => resume(...given),
}

async function begin(options: Options, surroundings: Surroundings): Promise<number> {
  const project = await openProject(options, surroundings)
  assertBacklogSettled(project)
  if (project.settings.dryRun) {
    const { dryRun } = await import('./dry-run.ts')
    return dryRun(project, surroundings)
  }
  const { settings } = project
  await setUpClaudeIfAsked(project, surroundings)
  return withApp(project, surroundings.io, (app) =>
    foreground(app, project, surroundings, {
      plan: newSession(settings.namespace, app.clock.now(), surroundings.io.pid),
      args: argsToKeep(surroundings.argv),
    }),
  )
}

async function resume(options: Options, surroundings: Surroundings): Promise<number> {
  const first = await openProject(options, surroundings)
  const { namespace } = first.settings
  return withApp(first, surroundings.io, async (app) => {
    const { plan, args } = await brokenOff(app, namespace)
    const project = await withSavedArgs(first, args, options, surroundings)
    return foreground(app, project, surroundings, { plan, args })
  })
}

async function brokenOff(
  app: App,
  namespace: Project['settings']['namespace'],
): Promise<{ plan: SessionPlan; args: readonly string[] }> {
  const row = await loopRow(app, namespace)
  if (isResumable(row)) return { plan: sameSession(row), args: row.args }
  const what = lastEnd(row)
  throw new LoopworkError('not_found', `there is nothing to resume in the namespace ${namespace}: ${what}`, {
    hint: 'Begin a new session with `loopwork start`.',
  })
}

function lastEnd(row: { stopReason: string | null; reason: string } | undefined): string {
  return row ? `the last session ended: ${row.stopReason} (${row.reason})` : 'nothing has run there yet'
}
