import type { Agent } from '../../ports/agent.ts'
import { geminiHome } from './gemini-home.ts'
import { createGeminiReader } from './gemini-reader.ts'

/** Gemini CLI, headless, without asking, in a folder that it is told to trust. */
export function gemini(given: {
  readonly binary: () => Promise<string>
  readonly args?: readonly string[]
  readonly isRoot?: boolean
  /** The folder in which its own settings are; without it, it is handed no tools. */
  readonly userHome?: string
}): Agent {
  return {
    name: 'gemini',
    structured: true,
    takesTools: given.userHome !== undefined,
    launch: async ({ model, tools, promptFile }) => ({
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
        ...(tools && given.userHome !== undefined
          ? {
              GEMINI_CLI_HOME: await geminiHome({
                userHome: given.userHome,
                home: promptFile.replace(/-prompt\.md$/, '-gemini'),
                tools,
              }),
            }
          : {}),
      },
      stdin: 'prompt',
    }),
    reader: createGeminiReader,
  }
}
