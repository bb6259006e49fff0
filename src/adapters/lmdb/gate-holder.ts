import { readdirSync, readFileSync, readlinkSync, realpathSync } from 'node:fs'
import { join } from 'node:path'

/** A process that is inside the gate of a store, and whether it is stopped there. */
export type GateHolder = { readonly pid: number; readonly isStopped: boolean }

/**
 * The processes that are inside a gate at the moment, as the kernel tells of them: its locks belong to
 * descriptors, which it lists by process. None where it does not, or where they are another user's.
 */
export function gateHolders(path: string): GateHolder[] {
  return numbersIn('/proc').flatMap((pid) => {
    const holds = numbersIn(`/proc/${pid}/fd`).some((fd) => isLocked(pid, fd, path))
    return holds ? { pid, isStopped: isStopped(pid) } : []
  })
}

function isLocked(pid: number, fd: number, path: string): boolean {
  try {
    if (readlinkSync(`/proc/${pid}/fd/${fd}`) !== realpathSync(path)) return false
    return /^lock:/m.test(readFileSync(join('/proc', String(pid), 'fdinfo', String(fd)), 'utf8'))
  } catch {
    return false // it has closed it, or has ended
  }
}

function isStopped(pid: number): boolean {
  try {
    return /^State:\s+[Tt]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false // it has ended
  }
}

function numbersIn(folder: string): number[] {
  try {
    return readdirSync(folder).map(Number).filter(Number.isInteger)
  } catch {
    return [] // another system, or another user's process
  }
}
