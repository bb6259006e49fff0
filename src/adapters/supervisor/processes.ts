import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import type { ProcessIdentity } from '../../events/shapes.ts'
import type { Processes } from '../../ports/processes.ts'
import { kill } from './sweep.ts'

type Platform = {
  /** Start time in the platform's own unit; null if no process that lives has this pid. */
  readonly startOf: (pid: number) => string | null
  readonly boot: () => string
}

/** Looks at the processes of this machine: in /proc on Linux, through `ps` on macOS. */
export function createProcesses(platform: Platform = platformOf(process.platform)): Processes {
  const boot = platform.boot()
  const host = hostname()
  const identify = (pid: number): ProcessIdentity | null => {
    const start = platform.startOf(pid)
    return start === null ? null : { pid, start, boot, host }
  }
  const isAlive = (identity: ProcessIdentity): boolean =>
    identity.host === host && identity.boot === boot && platform.startOf(identity.pid) === identity.start
  return {
    identify,
    isAlive,
    signal: (identity, signal) => isAlive(identity) && kill(identity.pid, signal),
    self: identify(process.pid) ?? { pid: process.pid, start: '', boot, host },
  }
}

/** Start time in clock ticks since boot out of the text of /proc/<pid>/stat; null for a zombie. See proc(5). */
export function startIn(stat: string): string | null {
  const afterName = stat.slice(stat.lastIndexOf(')') + 2).split(' ') // the name may hold spaces and brackets
  const state = afterName[0]
  return state === 'Z' || state === 'X' ? null : (afterName[19] ?? null)
}

const linux: Platform = {
  startOf: (pid) => {
    try {
      return startIn(readFileSync(`/proc/${pid}/stat`, 'latin1'))
    } catch (thrown) {
      if (isGone(thrown)) return null
      throw thrown
    }
  },
  boot: () => readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim(),
}

const mac: Platform = {
  startOf: (pid) => {
    try {
      const shown = run('ps', ['-o', 'stat=,lstart=', '-p', String(pid)])
      const [state = 'Z', ...start] = shown.trim().split(/\s+/)
      return state.startsWith('Z') || start.length === 0 ? null : start.join(' ')
    } catch (thrown) {
      if (isObject(thrown) && 'status' in thrown && thrown.status === 1) return null // nobody has this pid
      throw thrown
    }
  },
  boot: () => run('sysctl', ['-n', 'kern.boottime']).replace(/\}.*/s, '}'),
}

/** Elsewhere a process is known by its pid alone. */
const other: Platform = {
  startOf: (pid) => {
    try {
      process.kill(pid, 0)
      return ''
    } catch (thrown) {
      return isObject(thrown) && 'code' in thrown && thrown.code === 'EPERM' ? '' : null
    }
  },
  boot: () => '',
}

const platformOf = (name: NodeJS.Platform): Platform =>
  name === 'linux' ? linux : name === 'darwin' ? mac : other

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null

const isGone = (thrown: unknown): boolean =>
  isObject(thrown) && 'code' in thrown && (thrown.code === 'ENOENT' || thrown.code === 'ESRCH')

/** The same text whatever the user's language and time zone are: it is compared later. */
const run = (file: string, args: readonly string[]): string =>
  execFileSync(file, args, {
    encoding: 'utf8',
    env: { PATH: '/bin:/usr/bin:/sbin:/usr/sbin', LC_ALL: 'C', TZ: 'UTC' },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
