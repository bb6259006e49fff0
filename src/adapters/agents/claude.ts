import type { Agent } from '../../ports/agent.ts'
import { createClaudeReader } from './claude-reader.ts'
import { longestCallMs, mcpServers } from './tool-server.ts'

/** Claude Code, headless, with every permission: nobody is there to be asked. */
export function claude(given: {
  readonly binary: () => Promise<string>
  readonly args?: readonly string[]
  readonly isRoot?: boolean
}): Agent {
  const { binary, args = [], isRoot = false } = given
  return {
    name: 'claude',
    structured: true,
    takesTools: true,
    launch: async ({ model, allowanceUsd, tools }) => ({
      file: await binary(),
      args: [
        '-p',
        '--output-format',
        'stream-json',
        '--verbose',
        '--dangerously-skip-permissions',
        ...(model ? ['--model', model] : []),
        ...(allowanceUsd === null ? [] : ['--max-budget-usd', allowanceUsd.toFixed(4)]),
        ...(tools
          ? ['--mcp-config', JSON.stringify(mcpServers(tools, { type: 'stdio', alwaysLoad: true }))]
          : []),
        ...args,
      ],
      env: {
        CLAUDE_CODE_DISABLE_BACKGROUND_TASKS: '1', // it would wait ten minutes for a shell in the background
        CLAUDECODE: null,
        ...(tools ? { MCP_TOOL_TIMEOUT: String(longestCallMs) } : {}),
        ...(isRoot ? { IS_SANDBOX: '1' } : {}), // as root it refuses to go without asking otherwise
      },
      stdin: 'prompt',
    }),
    reader: createClaudeReader,
  }
}
