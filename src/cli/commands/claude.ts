import type { Action } from '../command.ts'

type Options = { action: 'install' | 'uninstall'; json?: boolean }

/** `claude install`, `claude uninstall`. */
export const claude: Action<Options> = {
  options: (yargs) =>
    yargs.positional('action', {
      type: 'string',
      choices: ['install', 'uninstall'],
      describe:
        'install: the server, the skills, a section in CLAUDE.md; uninstall takes back what is unchanged',
    }) as never,
  run: async ({ action }, surroundings) => {
    const { setUpClaude } = await import('../mcp/install-client.ts')
    return setUpClaude(action, surroundings)
  },
}
