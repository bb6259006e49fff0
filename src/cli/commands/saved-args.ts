import yargs, { type ArgumentsCamelCase } from 'yargs'
import type { Surroundings } from '../command.ts'
import { openProject, type Project } from '../open-project.ts'
import { type RunFlags, withRunOptions } from './run-options.ts'

/** Words that belong to one start only. */
const once = new Set(['run', 'start', 'resume', '--resume', '--json', '-q', '--quiet', '-y', '--yes'])

/** The arguments that a later `resume` or `restart` repeats. */
export function argsToKeep(argv: readonly string[]): string[] {
  return argv.filter((word) => !once.has(word) && !/^-v+$/.test(word))
}

/** The project with the arguments that the broken-off session had; those given now win. */
export async function withSavedArgs(
  project: Project,
  saved: readonly string[],
  given: ArgumentsCamelCase<RunFlags>,
  surroundings: Surroundings,
): Promise<Project> {
  if (saved.length === 0) return project
  const parser = yargs([])
    .parserConfiguration({ 'duplicate-arguments-array': false })
    .option('namespace', { type: 'string' })
    .option('config', { type: 'string' })
    .option('tasks-file', { type: 'string' })
    .help(false)
    .version(false)
    .exitProcess(false)
  const before = await withRunOptions(parser).parseAsync([...saved])
  const now = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
  return openProject({ ...before, ...now, resume: undefined } as typeof given, surroundings)
}
