import { homedir } from 'node:os'
import type { App } from '../../app.ts'
import { type OpenRun, openRun } from '../../daemon/open-run.ts'
import type { SessionPlan } from '../../daemon/session.ts'
import { exitCodes } from '../../errors.ts'
import type { RunEnd } from '../../runtime/run.ts'
import type { Surroundings } from '../command.ts'
import { modeOf } from '../daemon/mode.ts'
import type { Project } from '../open-project.ts'
import { watchRun } from '../progress/watch-run.ts'
import { version } from '../version.ts'
import type { serveDashboard } from '../web/serve-dashboard.ts'
import { listenToSignals } from './signals.ts'

/** Runs a namespace in this process until its loop has stopped, for somebody who may be watching. */
export async function foreground(
  app: App,
  project: Project,
  surroundings: Surroundings,
  { plan, args }: { readonly plan: SessionPlan; readonly args: readonly string[] },
): Promise<number> {
  const { io, print } = surroundings
  const { settings } = project
  const open = await openRun(app, {
    settings,
    configFile: project.configFile,
    plan,
    args,
    surroundings: {
      env: io.env,
      home: io.env.HOME ?? homedir(),
      isRoot: io.isRoot,
      keeperFile: io.keeperFile,
      program: io.program,
      pluginHostFile: io.pluginHostFile,
      library: io.library,
      version: version(),
      cwd: io.cwd,
      mode: modeOf(io),
    },
  })
  for (const warning of open.warnings) print.warn(warning)
  const watch = watchRun(app, project, open, surroundings)
  const signals = listenToSignals(io, open.run, (text) => watch.say(text))
  const plugins = open.startPlugins((text) => watch.say(text))
  const dashboard = settings.dashboard && (await dashboardOf(app, project, io, (text) => watch.say(text)))
  try {
    const end = await open.run.ended.finally(() => plugins?.leave())
    const left = leftIn(open, settings.feature)
    await watch.finish(end, left)
    return exitCodeOf(end, signals.last(), left.length)
  } finally {
    signals.stop()
    await dashboard?.close()
    watch.close()
    await open.close()
  }
}

/** Loaded only where it is asked for. */
async function dashboardOf(...given: Parameters<typeof serveDashboard>): ReturnType<typeof serveDashboard> {
  const { serveDashboard: serve } = await import('../web/serve-dashboard.ts')
  return serve(...given)
}

/** Tasks that a person would call not done. */
function leftIn({ run }: OpenRun, feature: string | null) {
  const closed = new Set(['completed', 'skipped', 'cancelled', 'removed'])
  return run.state.desk
    .tasks()
    .filter((task) => (feature === null || task.feature === feature) && !closed.has(task.state))
}

function exitCodeOf({ reason }: RunEnd, signal: NodeJS.Signals | null, left: number): number {
  if (signal === 'SIGTERM' || signal === 'SIGHUP') return exitCodes.terminated
  if (signal === 'SIGINT') return exitCodes.interrupted
  if (reason === 'interrupted') return exitCodes.interrupted
  return left > 0 ? exitCodes.unfinished : exitCodes.done
}
