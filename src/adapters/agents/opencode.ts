import { parse } from 'jsonc-parser'
import type { Agent, ToolServer } from '../../ports/agent.ts'
import { createOpencodeReader } from './opencode-reader.ts'
import { longestCallMs, serverName } from './tool-server.ts'

/** opencode, headless, without asking. */
export function opencode(given: {
  readonly binary: () => Promise<string>
  readonly args?: readonly string[]
  readonly isRoot?: boolean
  /** What the user has set OPENCODE_CONFIG_CONTENT to: ours is added to it. */
  readonly configContent?: string | undefined
}): Agent {
  return {
    name: 'opencode',
    structured: true,
    takesTools: true,
    launch: async ({ model, tools }) => ({
      file: await given.binary(),
      args: ['run', '--format', 'json', ...(model ? ['-m', model] : []), '--auto', ...(given.args ?? [])],
      env: {
        OPENCODE_PERMISSION: '{"*":"allow"}',
        ...(tools ? { OPENCODE_CONFIG_CONTENT: withServer(given.configContent, tools) } : {}),
      },
      stdin: 'prompt',
    }),
    reader: createOpencodeReader,
  }
}

/** A configuration with one server more. */
function withServer(content: string | undefined, { file, args }: ToolServer): string {
  const config = (parse(content ?? '{}') ?? {}) as { mcp?: object }
  const server = { type: 'local', command: [file, ...args], enabled: true, timeout: longestCallMs }
  return JSON.stringify({ ...config, mcp: { ...config.mcp, [serverName]: server } })
}
