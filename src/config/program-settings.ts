import { join, resolve } from 'node:path'
import { knownAgents } from './pool-settings.ts'
import type { Sources } from './sources.ts'

/** Where agents' programs are: LOOPWORK_<NAME>_PATH, else the configuration. A bare name stays one. */
export function resolvePrograms(sources: Sources, own: readonly string[]): Record<string, string> {
  const { env, config } = sources
  const said = config.cliConfig?.cliPaths ?? {}
  const names = [...new Set([...knownAgents, ...own, ...Object.keys(said)])]
  const found = names.flatMap((name) => {
    const path = env[`LOOPWORK_${name.toUpperCase().replace(/\W/g, '_')}_PATH`] || said[name]
    return path ? [[name, programPath(path, sources)] as const] : []
  })
  return Object.fromEntries(found)
}

/** A program as it can be started from any folder: paths are relative to the project, bare names stay. */
export function programPath(
  path: string,
  { env, projectRoot }: Pick<Sources, 'env' | 'projectRoot'>,
): string {
  if (path.startsWith('~/') && env.HOME) return join(env.HOME, path.slice(2))
  return path.includes('/') || path.includes('\\') ? resolve(projectRoot, path) : path
}
