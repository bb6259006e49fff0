import type { ClaudeCodeOptions } from '../../config/plugin-options.ts'
import { asFailure } from '../../errors.ts'
import type { Surroundings } from '../command.ts'
import type { Project } from '../open-project.ts'

/**
 * What `withClaudeCode()` asks for: a project that is worked on with Claude Code is set up for it when a run
 * begins. What is there already stays as it is, so that this happens once. A run does not fail for want of it.
 */
export async function setUpClaudeIfAsked(
  { root, settings }: Project,
  { io, print }: Surroundings,
): Promise<void> {
  const plugin = settings.plugins.find(({ name }) => name === 'claude-code')
  if (!plugin) return
  const { options = {} } = plugin as { readonly options?: ClaudeCodeOptions }
  const { installClaude, usesClaudeCode } = await import('../../mcp/install/claude-code.ts')
  if (options.enabled === false || !usesClaudeCode(root)) return
  const { pluginBeside } = await import('./install-client.ts')
  try {
    const outcomes = await installClaude({ root, plugin: pluginBeside(io), options })
    for (const { did, file } of outcomes) if (did === 'added') print.note(`Set up for Claude Code: ${file}`)
  } catch (thrown) {
    print.warn(`Claude Code is not set up: ${asFailure(thrown).message}`)
  }
}
