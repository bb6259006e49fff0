import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { LoopworkError } from '../../errors.ts'
import { readAccess } from '../../mcp/attempt/badge.ts'
import type { Place } from '../../mcp/office.ts'
import { ownStdout } from '../../mcp/own-stdout.ts'
import { serviceOf } from '../../mcp/serve.ts'
import type { Surroundings } from '../command.ts'
import type { Io } from '../io.ts'
import { version } from '../version.ts'

type Options = {
  readonly http?: boolean
  readonly port?: number | undefined
  readonly allowControl?: boolean
  readonly attempt?: string | undefined
  readonly config?: string | undefined
  readonly namespace?: string | undefined
  readonly tasksFile?: string | undefined
}

/** Serves the project around the current folder until the client has gone, or a signal has come. */
export async function serveMcp(options: Options, surroundings: Surroundings): Promise<number> {
  const { io, print } = surroundings
  const output = ownStdout(io.terminal, io.errors)
  const mayControl = options.allowControl || io.env.LOOPWORK_MCP_ALLOW_CONTROL === '1'
  // The handshake comes first and needs none of this.
  const open = (at: Surroundings) => async () => {
    const [{ assertBacklogSettled, openProject }, { openStore }] = await Promise.all([
      import('../open-project.ts'),
      import('../open-store.ts'),
    ])
    const project = await openProject(options, at)
    assertBacklogSettled(project)
    return { app: await openStore(project, io), settings: project.settings }
  }
  const { service, office } = options.attempt
    ? await ofAttempt(options.attempt, surroundings, open)
    : serviceOf({
        version: version(),
        launch: mayControl ? (words) => launch(words, io) : null,
        open: open(surroundings),
      })
  try {
    if (!options.http) {
      const { serveStdio } = await import('../../mcp/stdio.ts')
      await Promise.race([serveStdio(service, { input: io.input, output }), signalled(io)])
      return 0
    }
    const [{ serveHttp }, { tokenFile }, { findState }] = await Promise.all([
      import('../../mcp/http.ts'),
      import('../../mcp/token-file.ts'),
      import('../find-state.ts'),
    ])
    const { path, token } = await tokenFile(findState(io).stateDir)
    const server = await serveHttp(service, { port: portOf(options), token })
    print.note(`Listening on ${server.url}; the token is in ${path}. Ctrl-C ends it.`)
    await signalled(io)
    await server.close()
    return 0
  } finally {
    await office.close()
    io.input.destroy()
  }
}

/** The server that an agent was handed: its project is where the run that began it says. */
async function ofAttempt(
  path: string,
  surroundings: Surroundings,
  open: (at: Surroundings) => () => Promise<Place>,
) {
  const { attemptServiceOf } = await import('../../mcp/attempt/serve.ts')
  const access = await readAccess(path)
  const env = { ...surroundings.io.env, ...access.env }
  const there = { ...surroundings, io: { ...surroundings.io, cwd: access.root, env } }
  return attemptServiceOf({ version: version(), access, open: open(there) })
}

function portOf({ port = 0 }: Options): number {
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port
  throw new LoopworkError('invalid', '--port must be a whole number from 0 to 65535', {
    hint: 'Leave it out to get a free one.',
  })
}

function signalled(io: Io): Promise<void> {
  return new Promise((resolve) => {
    const stop = io.onSignal(['SIGINT', 'SIGTERM', 'SIGHUP'], () => {
      stop()
      resolve()
    })
  })
}

/** Starts this program with other words, and waits until it has put itself into the background. */
async function launch(words: readonly string[], { program, cwd, env }: Io): Promise<string> {
  const [node, ...own] = program
  const child = spawn(node, [...own, ...words], {
    cwd,
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      said = (said + chunk).slice(-2_000)
    })
  }
  const [code] = await once(child, 'close')
  if (code === 0) return said.trim()
  throw new LoopworkError('unavailable', `the loop could not be started: ${said.trim() || `exit ${code}`}`, {
    hint: `Try \`loopwork ${words.join(' ')}\` in a terminal.`,
  })
}
