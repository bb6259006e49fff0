import type { Agent } from '../../ports/agent.ts'
import { createGeminiReader } from './gemini-reader.ts'

/** Gemini CLI, headless, without asking, in a folder that it is told to trust. */
export function gemini(given: {
  readonly binary: () => Promise<string>
  readonly args?: readonly string[]
  readonly isRoot?: boolean
}): Agent {
  return {
    name: 'gemini',
    structured: true,
    launch: async ({ model }) => ({
      file: await given.binary(),
      args: [
        '-o',
        'stream-json',
        ...(model ? ['-m', model] : []),
        '--approval-mode',
        'yolo',
        ...(given.args ?? []),
      ],
      env: {
        GEMINI_CLI_NO_RELAUNCH: 'true', // a second process would swallow the signals
        GEMINI_CLI_TRUST_WORKSPACE: 'true',
      },
      stdin: 'prompt',
    }),
    reader: createGeminiReader,
  }
}
