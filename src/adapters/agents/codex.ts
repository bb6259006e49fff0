import type { Agent, ToolServer } from '../../ports/agent.ts'
import { createCodexReader } from './codex-reader.ts'
import { longestCallMs, longestStartMs, serverName } from './tool-server.ts'

/** Codex, headless, without its sandbox and without asking. */
export function codex(given: {
  readonly binary: () => Promise<string>
  readonly args?: readonly string[]
  readonly isRoot?: boolean
}): Agent {
  return {
    name: 'codex',
    structured: true,
    takesTools: true,
    launch: async ({ model, tools }) => ({
      file: await given.binary(),
      args: [
        'exec',
        '--json',
        ...(model ? ['-m', model] : []),
        '--dangerously-bypass-approvals-and-sandbox',
        '--skip-git-repo-check',
        ...(tools ? overrides(tools) : []),
        ...(given.args ?? []),
        '-',
      ],
      env: {},
      stdin: 'prompt',
    }),
    reader: createCodexReader,
  }
}

/** One server more, as settings for this run alone. Text and lists of text are the same in TOML as in JSON. */
function overrides({ file, args }: ToolServer): string[] {
  const settings = {
    command: file,
    args,
    default_tools_approval_mode: 'approve',
    startup_timeout_sec: longestStartMs / 1000,
    tool_timeout_sec: longestCallMs / 1000,
  }
  return Object.entries(settings).flatMap(([name, value]) => [
    '-c',
    `mcp_servers.${serverName}.${name}=${JSON.stringify(value)}`,
  ])
}
