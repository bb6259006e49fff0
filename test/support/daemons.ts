import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { onTestFinished } from 'vitest'
import { gateHolders } from '../../src/adapters/lmdb/gate-holder.ts'
import { createProcesses } from '../../src/adapters/supervisor/processes.ts'
import type { Status } from '../../src/cli/status/status-answer.ts'
import { type Answer, makeProject, type Project } from './project.ts'

/** A project whose processes, and all that they start, can be told from everything else on the machine. */
export type DaemonProject = Project & {
  status(namespace: string): Promise<Status['loops'][number]>
  /** Waits until `status` says so of a namespace. */
  until(
    namespace: string,
    isSo: (loop: Status['loops'][number], all: Status) => boolean,
    what: string,
  ): Promise<Status['loops'][number]>
  /** The pids of all that runs for this project: its marker is in their environment. */
  running(): number[]
}

const processes = createProcesses()
let made = 0

/** Daemons outlive their starter: what is left of them when the test is over is ended by its marker. */
export function makeDaemonProject(
  files: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>> = {},
): DaemonProject {
  made += 1
  const marker = `${process.pid}-${Date.now()}-${made}`
  const project = makeProject(files)
  const marked = project.with({ TEST_DAEMON_MARKER: marker, ...env })

  const running = (): number[] => {
    const marked = readdirSync('/proc')
      .map(Number)
      .filter((pid) => pid > 0 && environmentOf(pid).includes(`TEST_DAEMON_MARKER=${marker}\0`))
    return [...new Set([...marked, ...supervisorsOf(project.folder)])]
  }
  onTestFinished(() => {
    for (const pid of running()) killOne(pid)
  })

  const read = async (): Promise<Status> => JSON.parse((await marked.loopwork('status', '--json')).out)
  return {
    ...project,
    ...marked,
    running,
    status: async (namespace) => loopIn(await read(), namespace),
    until: async (namespace, isSo, what) => {
      const deadline = Date.now() + 120_000
      for (;;) {
        const all = await read()
        const loop = all.loops.find((one) => one.namespace === namespace)
        if (loop && isSo(loop, all)) return loop
        if (Date.now() > deadline) {
          throw new Error(
            `waited in vain until ${what}: ${JSON.stringify(loop)} ${JSON.stringify(all.tasks.counts)}`,
          )
        }
        await pause(50)
      }
    },
  }
}

/** Supervisors have no environment, but they sign for the jobs that they take. */
function supervisorsOf(folder: string): number[] {
  const sessions = join(folder, '.loopwork-state/sessions')
  if (!existsSync(sessions)) return []
  const claims = readdirSync(sessions, { recursive: true, encoding: 'utf8' }).filter((path) =>
    path.endsWith('.claim.json'),
  )
  return claims.flatMap((path) => {
    const { supervisor } = JSON.parse(readFileSync(join(sessions, path), 'utf8'))
    return supervisor && processes.isAlive(supervisor) ? [supervisor.pid as number] : []
  })
}

function environmentOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1')
  } catch {
    return ''
  }
}

function killOne(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // it is gone
  }
}

function loopIn(status: Status, namespace: string): Status['loops'][number] {
  const found = status.loops.find((loop) => loop.namespace === namespace)
  if (!found) throw new Error(`status knows no ${namespace}`)
  return found
}

/**
 * Stops a loop at a moment at which it keeps neither the store nor the backlog to itself: what it held, all
 * others would wait for.
 */
export async function stopOutside({ folder }: Project, pid: number): Promise<void> {
  const gate = join(folder, '.loopwork-state/store/gate')
  for (;;) {
    process.kill(pid, 'SIGSTOP')
    while (!/^State:\s+T/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))) await pause(1)
    const isInside = gateHolders(gate).some((holder) => holder.pid === pid)
    if (!isInside && !existsSync(join(folder, 'tasks.json.lock'))) return
    process.kill(pid, 'SIGCONT')
    await pause(20)
  }
}

/** Fails with all that the program said, where it did not end as it should. */
export function assertCode({ code, out, err }: Answer, wanted: number): void {
  if (code !== wanted) throw new Error(`it ended with ${code}, not ${wanted}:\n${out}\n${err}`)
}

/** What agents wrote down: one line at the beginning and one at the end of each attempt. */
export function journalOf(project: Project): string[] {
  const path = join(project.folder, 'seen/journal.txt')
  return existsSync(path) ? readFileSync(path, 'utf8').split('\n').filter(Boolean) : []
}
