import { findConfigFile, findProjectRoot } from '../config/project-root.ts'
import { LoopworkError } from '../errors.ts'
import type { Surroundings } from './command.ts'

/**
 * The namespace that a command is about, decided as `start` decides it: what is said on the command line, then
 * LOOPWORK_NAMESPACE, then the configuration, which is read only if it comes to that.
 */
export async function namespaceOf(
  { namespace, config }: { readonly namespace?: string | undefined; readonly config?: string | undefined },
  surroundings: Surroundings,
): Promise<string> {
  const { cwd, env } = surroundings.io
  const named = namespace ?? env.LOOPWORK_NAMESPACE
  if (named) return named
  if (config === undefined && findConfigFile(findProjectRoot(cwd)) === null) return 'default'
  const { openProject } = await import('./open-project.ts')
  try {
    return (await openProject({ config }, surroundings)).settings.namespace
  } catch (thrown) {
    if (!(thrown instanceof LoopworkError)) throw thrown
    const { code, message, hint, cause } = thrown
    const way = 'To do without the configuration, name the namespace.'
    throw new LoopworkError(code, message, { hint: hint ? `${hint} ${way}` : way, cause })
  }
}

/** The same for a command that may also be about all of them: then null. */
export async function oneOrAll(
  options: Parameters<typeof namespaceOf>[0] & { readonly all?: boolean | undefined },
  surroundings: Surroundings,
): Promise<string | null> {
  const { all, namespace } = options
  if (!all) return namespaceOf(options, surroundings)
  if (!namespace) return null
  throw new LoopworkError('invalid', `--all means every namespace, and ${namespace} is one of them`, {
    hint: 'Say either the one or --all.',
  })
}
