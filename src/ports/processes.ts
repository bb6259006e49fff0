import type { ProcessIdentity } from '../events/shapes.ts'

/** The processes of this machine, told apart from those that had their pid before. */
export type Processes = {
  /** Who has this pid now; null if nobody has. */
  identify(pid: number): ProcessIdentity | null
  /** Whether exactly this process, of this boot of this host, still lives. A zombie does not. */
  isAlive(identity: ProcessIdentity): boolean
  /** Sends a signal to exactly this one. False, and nothing is sent, if it lives no more. */
  signal(identity: ProcessIdentity, signal: 'SIGTERM' | 'SIGKILL'): boolean
  readonly self: ProcessIdentity
}
