import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type App, openApp, storeFolder } from '../app.ts'
import { loadConfig } from '../config/load.ts'
import { findProjectRoot } from '../config/project-root.ts'
import { resolveSettings, type Settings } from '../config/settings.ts'
import type { Flags } from '../config/sources.ts'
import { LoopworkError } from '../errors.ts'
import type { Surroundings } from './command.ts'
import type { Io } from './io.ts'

/** A project as a command finds it: where it is, and what it was set to. */
export type Project = {
  readonly stateDir: string
  readonly root: string
  readonly settings: Settings
  readonly configFile: string | null
}

/** Reads the configuration of the project around the current folder. */
export async function openProject(flags: Flags, { io, print }: Surroundings): Promise<Project> {
  const root = findProjectRoot(io.cwd)
  const found = await loadConfig({
    projectRoot: root,
    env: io.env,
    library: io.library,
    cwd: io.cwd,
    ...(flags.config ? { configPath: flags.config } : {}),
  })
  for (const warning of found.warnings) print.warn(warning)
  const settings = resolveSettings({
    flags,
    env: io.env,
    config: found.config,
    projectRoot: root,
    cwd: io.cwd,
  })
  return { root, stateDir: settings.stateDir, settings, configFile: found.file }
}

/** Opens the store of the project, uses it, and closes it whatever happens. */
export async function withApp<T>(
  { root, stateDir }: { readonly root: string; readonly stateDir: string },
  { wrapLog }: Io,
  use: (app: App) => Promise<T>,
): Promise<T> {
  const app = await openApp({ projectRoot: root, stateDir, ...(wrapLog ? { wrapLog } : {}) })
  try {
    return await use(app)
  } finally {
    await app.close()
  }
}

/** Whether anything has ever run here. Looking must not make a state folder. */
export function hasStore(stateDir: string): boolean {
  return existsSync(join(stateDir, storeFolder, 'data.mdb'))
}

/** The refusal of commands that have nothing to work on. */
export function assertBacklogSettled(project: Project): void {
  const { backend } = project.settings
  if (project.configFile || backend.kind !== 'json' || existsSync(backend.tasksFile)) return
  throw new LoopworkError('not_found', `there is no loopwork.config.ts in ${project.root}`, {
    hint: 'Set the project up with `loopwork init`, or name a backlog with --tasks-file.',
  })
}
