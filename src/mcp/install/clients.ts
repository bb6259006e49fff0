/** The program that a client starts. */
const words = ['npx', '-y', 'loopwork', 'mcp'] as const
const [command, ...args] = words

/** Where a client of a kind keeps the servers of a project, and in which form. */
export type ClientFile =
  | { readonly kind: 'json'; readonly file: string; readonly at: readonly string[]; readonly entry: unknown }
  | { readonly kind: 'toml'; readonly file: string; readonly header: string; readonly block: string }

/** The clients that can be told of the server, by name. */
export const clients: Readonly<Record<string, ClientFile>> = {
  claude: {
    kind: 'json',
    file: '.mcp.json',
    at: ['mcpServers', 'loopwork'],
    entry: { type: 'stdio', command, args },
  },
  gemini: {
    kind: 'json',
    file: '.gemini/settings.json',
    at: ['mcpServers', 'loopwork'],
    entry: { command, args },
  },
  opencode: {
    kind: 'json',
    file: 'opencode.json',
    at: ['mcp', 'loopwork'],
    entry: { type: 'local', command: words, enabled: true },
  },
  codex: {
    kind: 'toml',
    file: '.codex/config.toml',
    header: '[mcp_servers.loopwork]',
    block: `[mcp_servers.loopwork]\ncommand = ${JSON.stringify(command)}\nargs = ${JSON.stringify(args)}\n`,
  },
}
