import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdirSync, openSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { filter, firstValueFrom, mergeAll, timeout } from 'rxjs'
import type { App } from '../../app.ts'
import { loopRow } from '../../daemon/take-namespace.ts'
import { LoopworkError } from '../../errors.ts'
import type { DomainEvent } from '../../events/catalogue.ts'
import { loopStream } from '../../events/event.ts'
import { streamOf } from '../../runtime/stream.ts'
import type { Surroundings } from '../command.ts'
import { pausedText } from '../paused-text.ts'
import { modeVariable } from './mode.ts'

/** How long a loop may take to its first event, in milliseconds: a large backlog is read before that. */
const patienceMs = 120_000

type Started = Extract<DomainEvent, { type: 'loop.started' }>['data']

/**
 * Starts a loop in the background. Is done when the log holds the first event of that loop: from then on it
 * has the namespace. Otherwise it shows what the loop had to say, and gives its exit code.
 */
export async function startDaemon(
  app: App,
  namespace: string,
  surroundings: Surroundings,
  how: { readonly argv: readonly string[]; readonly tailLines: number | null; readonly cwd?: string },
): Promise<number> {
  const { io, print, argv } = surroundings
  const output = outputFile(app.stateDir, namespace, io.pid)
  const child = launch(surroundings, how, output)
  const begun = await firstOf(app, child, namespace)
  if (typeof begun === 'number') {
    const said = readFileSync(output, 'utf8')
    rmSync(output)
    if (argv.includes('--json')) io.out(said)
    else io.err(said)
    return begun
  }
  renameSync(output, join(app.stateDir, 'daemons', `${namespace}.out`))
  child.unref()
  const logFile = join(app.stateDir, begun.files, 'loopwork.log')
  const { pid } = begun.holder
  const row = await loopRow(app, namespace)
  const paused = row ? pausedText(row) : null
  if (argv.includes('--json')) {
    const isPaused = paused !== null
    print.json({ schema: 'loopwork/daemon@1', namespace, pid, session: begun.session, logFile, isPaused })
  } else {
    print.line(`${namespace} runs in the background as process ${pid}`)
    print.line(print.paint.dim(`Log: loopwork logs ${namespace} --follow   (${logFile})`))
    print.line(print.paint.dim(`End: loopwork stop ${namespace}, at once: loopwork kill ${namespace}`))
  }
  if (paused) print.warn(paused)
  if (how.tailLines === null) return 0
  const { followNamespace } = await import('../logs/follow-namespace.ts')
  return followNamespace(app, namespace, { lines: how.tailLines }, surroundings)
}

/** What the process prints: nothing, unless something is wrong with it. */
function outputFile(stateDir: string, namespace: string, pid: number): string {
  const folder = join(stateDir, 'daemons')
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  return join(folder, `${namespace}-${pid}.out`)
}

function launch(
  { io }: Surroundings,
  { argv, cwd = io.cwd }: { readonly argv: readonly string[]; readonly cwd?: string },
  output: string,
): ChildProcess {
  const [node, ...program] = io.program
  const fd = openSync(output, 'w', 0o600)
  try {
    return spawn(node, [...program, ...argv], {
      cwd,
      detached: true, // a session of its own: closing the terminal does not reach it
      windowsHide: true,
      env: { ...io.env, [modeVariable]: 'daemon' },
      stdio: ['ignore', fd, fd],
    })
  } finally {
    closeSync(fd)
  }
}

/** The first event of the loop that this process is, or the exit code of a process that wrote none. */
async function firstOf(app: App, child: ChildProcess, namespace: string): Promise<Started | number> {
  const failed = once(child, 'exit').then(([code]) => (code as number | null) ?? 1)
  const started = firstValueFrom(
    streamOf(app.log)(await app.log.head()).pipe(
      mergeAll(),
      filter(({ stream, event }) => stream === loopStream(namespace) && isBy(event, child)),
      timeout(patienceMs),
    ),
  ).then(
    ({ event }) => event.data as Started,
    () => {
      child.kill('SIGKILL')
      throw new LoopworkError('unavailable', `the loop of ${namespace} has not begun in two minutes`, {
        hint: 'Start it without -d to see what it waits for.',
      })
    },
  )
  return Promise.race([started, failed])
}

function isBy(event: DomainEvent, { pid }: ChildProcess): boolean {
  return event.type === 'loop.started' && event.data.holder.pid === pid
}
