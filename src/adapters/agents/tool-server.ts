import type { ToolServer } from '../../ports/agent.ts'

/** The name under which agents know our tools. */
export const serverName = 'loopwork'

/** How long a tool may take, in milliseconds: a question waits for a person. */
export const longestCallMs = 86_400_000

/** How long its start may take, in milliseconds, before an agent goes without it: the machine may be busy. */
export const longestStartMs = 60_000

/** A server in the form that most agents take it in: `mcpServers` of a JSON configuration. */
export function mcpServers({ file, args }: ToolServer, more: Readonly<Record<string, unknown>>) {
  return { mcpServers: { [serverName]: { command: file, args, ...more } } }
}
