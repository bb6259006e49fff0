import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { hasCode } from './job-files.ts'

/** Name of the variable that tells the processes of a job, wherever they went. */
export const markerVariable = 'LOOPWORK_JOB'

/** How long the kernel may take to remove what was killed, in milliseconds. */
const patience = 2_000

/**
 * Kills every process that carries the marker in its environment, again and again until none is left: what
 * left the session or lost its parent is found too. Gives how many there were. Linux only; elsewhere 0.
 */
export async function killMarked(marker: string): Promise<number> {
  const killed = new Set<number>()
  const deadline = performance.now() + patience
  for (let found = marked(marker); found.length > 0; found = marked(marker)) {
    for (const pid of found) {
      killed.add(pid)
      kill(pid, 'SIGKILL')
    }
    if (performance.now() > deadline) break
    await pause(5)
  }
  return killed.size
}

/** Sends a signal to a process, or to a group if the number is negative. False if nobody is there. */
export function kill(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal)
  } catch (thrown) {
    if (hasCode(thrown, 'ESRCH') || hasCode(thrown, 'EPERM')) return false // on macOS EPERM is a group of zombies
    throw thrown
  }
}

/** Ends a process group by force. On Windows, which has none: the process and what it started. */
export function killGroup(leader: number): boolean {
  if (process.platform !== 'win32') return kill(-leader, 'SIGKILL')
  try {
    execFileSync('taskkill', ['/PID', String(leader), '/T', '/F'], { stdio: 'ignore' })
    return true
  } catch {
    return false // taskkill fails where nobody has this pid
  }
}

/**
 * Pids of all that descends from a process. Only asked where environments of others can't be read (macOS);
 * to be taken before the kill, for orphans have no parent that tells.
 */
export function descendants(root: number): number[] {
  if (process.platform !== 'darwin') return []
  return below(root, execFileSync('/bin/ps', ['-axo', 'pid=,ppid='], { encoding: 'utf8' }))
}

/** Pids below one in what `ps -axo pid=,ppid=` prints. */
export function below(root: number, table: string): number[] {
  const children = new Map<number, number[]>()
  for (const line of table.trim().split('\n')) {
    const [pid = 0, parent = 0] = line.trim().split(/\s+/).map(Number)
    children.set(parent, [...(children.get(parent) ?? []), pid])
  }
  const found: number[] = []
  const queue = [root]
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    const born = children.get(next) ?? []
    found.push(...born)
    queue.push(...born)
  }
  return found
}

/** Pids of all that carry the marker of a job. Linux only; elsewhere none. */
export function marked(marker: string): number[] {
  if (process.platform !== 'linux') return []
  const variable = Buffer.from(`${markerVariable}=${marker}\0`)
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && pid !== process.pid && environmentOf(pid).includes(variable))
}

const nothing = Buffer.alloc(0)

function environmentOf(pid: number): Buffer {
  try {
    return readFileSync(`/proc/${pid}/environ`)
  } catch {
    return nothing // it is gone, or another user's
  }
}
