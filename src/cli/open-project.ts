import { existsSync } from 'node:fs'
import { loadConfig } from '../config/load.ts'
import type { LoopworkConfig } from '../config/loopwork-config.ts'
import { findProjectRoot } from '../config/project-root.ts'
import { resolveSettings, type Settings } from '../config/settings.ts'
import type { Flags } from '../config/sources.ts'
import { LoopworkError } from '../errors.ts'
import type { Surroundings } from './command.ts'

/** A project as a command finds it: where it is, and what it was set to. */
export type Project = {
  readonly stateDir: string
  readonly root: string
  readonly settings: Settings
  readonly config: LoopworkConfig
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
  return { root, stateDir: settings.stateDir, settings, config: found.config, configFile: found.file }
}

/** The refusal of commands that have nothing to work on. */
export function assertBacklogSettled(project: Project): void {
  const { backend } = project.settings
  if (project.configFile || backend.kind !== 'json' || existsSync(backend.tasksFile)) return
  throw new LoopworkError('not_found', `there is no loopwork.config.ts in ${project.root}`, {
    hint: 'Set the project up with `loopwork init`, or name a backlog with --tasks-file.',
  })
}
