import type { Action } from '../command.ts'

type Options = {
  action?: string | undefined
  client?: string | undefined
  http?: boolean
  port?: number | undefined
  allowControl?: boolean
  attempt?: string | undefined
  json?: boolean
  config?: string | undefined
  namespace?: string | undefined
  tasksFile?: string | undefined
}

/** `mcp`, `mcp --http`, `mcp install|uninstall <client>`. */
export const mcp: Action<Options> = {
  options: (yargs) =>
    yargs
      .positional('action', {
        type: 'string',
        choices: ['serve', 'install', 'uninstall'],
        default: 'serve',
        describe: 'serve: speak the protocol; install, uninstall: tell a client of it, or no longer',
      })
      .positional('client', {
        type: 'string',
        describe: 'install, uninstall: claude, codex, gemini or opencode',
      })
      .options({
        http: {
          type: 'boolean',
          default: false,
          describe: 'Serve over HTTP on this machine, not over stdio',
        },
        port: { type: 'number', describe: 'The port for --http, instead of a free one' },
        attempt: { type: 'string', hidden: true, describe: 'What an agent was handed for its attempt' },
        'allow-control': { type: 'boolean', default: false, describe: 'Let clients start and stop loops' },
      }) as never,
  run: async (options, surroundings) => {
    const { action = 'serve' } = options
    if (action === 'install' || action === 'uninstall') {
      const { installClient } = await import('../mcp/install-client.ts')
      return installClient(action, options.client, surroundings)
    }
    const { serveMcp } = await import('../mcp/serve-mcp.ts')
    return serveMcp(options, surroundings)
  },
}
