import type { Agent } from '../../ports/agent.ts'
import { createCodexReader } from './codex-reader.ts'

/** Codex, headless, without its sandbox and without asking. */
export function codex(given: {
  readonly binary: () => Promise<string>
  readonly args?: readonly string[]
  readonly isRoot?: boolean
}): Agent {
  return {
    name: 'codex',
    structured: true,
    launch: async ({ model }) => ({
      file: await given.binary(),
      args: [
        'exec',
        '--json',
        ...(model ? ['-m', model] : []),
        '--dangerously-bypass-approvals-and-sandbox',
        '--skip-git-repo-check',
        ...(given.args ?? []),
        '-',
      ],
      env: {},
      stdin: 'prompt',
    }),
    reader: createCodexReader,
  }
}
