import type { Agent } from '../../ports/agent.ts'
import { createOpencodeReader } from './opencode-reader.ts'

/** opencode, headless, without asking. */
export function opencode(given: {
  readonly binary: () => Promise<string>
  readonly args?: readonly string[]
  readonly isRoot?: boolean
}): Agent {
  return {
    name: 'opencode',
    structured: true,
    launch: async ({ model }) => ({
      file: await given.binary(),
      args: ['run', '--format', 'json', ...(model ? ['-m', model] : []), '--auto', ...(given.args ?? [])],
      env: { OPENCODE_PERMISSION: '{"*":"allow"}' },
      stdin: 'prompt',
    }),
    reader: createOpencodeReader,
  }
}
