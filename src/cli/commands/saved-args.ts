import { existsSync } from 'node:fs'
import yargs, { type ArgumentsCamelCase } from 'yargs'
import { findProjectRoot } from '../../config/project-root.ts'
import type { LoopRow } from '../../projections/loops.ts'
import type { Surroundings } from '../command.ts'
import { openProject, type Project } from '../open-project.ts'
import { type StartFlags, withStartOptions } from './run-options.ts'

/** Words that belong to one start only. */
const once =
  /^(run|start|resume|-q|-d|-y|-v+|--(resume|auto-resume|clean-orphans|json|quiet|yes|daemon|tail|follow|lines(=.*)?))$/

/** The arguments that a later `resume` or `restart` repeats. */
export function argsToKeep(argv: readonly string[]): string[] {
  return argv.filter((word, nth) => !once.test(word) && argv[nth - 1] !== '--lines')
}

/** The folder in which arguments were given, as long as it belongs to the project; it may have moved since. */
export function folderOf(cwd: string, projectRoot: string): string {
  return existsSync(cwd) && findProjectRoot(cwd) === projectRoot ? cwd : projectRoot
}

/** The project with the arguments that the broken-off session had; those given now win. */
export async function withSavedArgs(
  project: Project,
  { args, cwd: saved }: LoopRow,
  given: ArgumentsCamelCase<StartFlags>,
  surroundings: Surroundings,
): Promise<Project> {
  if (args.length === 0) return project
  const cwd = folderOf(saved, project.root)
  const parser = yargs([])
    .parserConfiguration({ 'duplicate-arguments-array': false })
    .option('namespace', { type: 'string' })
    .option('config', { type: 'string' })
    .option('tasks-file', { type: 'string' })
    .help(false)
    .version(false)
    .exitProcess(false)
  const before = await withStartOptions(parser).parseAsync([...args])
  const now = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
  const flags = { ...before, ...now, resume: undefined } as typeof given
  return openProject(flags, { ...surroundings, io: { ...surroundings.io, cwd } })
}
