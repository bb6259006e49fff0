import { existsSync, linkSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { LoopworkError } from '../../errors.ts'
import { type ProcessIdentity, processIdentity } from '../../events/shapes.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Processes } from '../../ports/processes.ts'
import type { Queue } from '../../ports/queue.ts'
import { isMissing, isTaken } from './failures.ts'

/** How long one and the same holder is waited for, in milliseconds. */
const patienceMs = 5_000
/** How long one waits in all while others come and go, in milliseconds. */
const longestMs = 60_000
/** The waits between two looks: short at first, as whoever holds it needs it for milliseconds. */
const shortWaitMs = 5
const longWaitMs = 25
const shortWaits = 40
/** From this age on a lock that names nobody is taken for left behind. */
const namelessMs = 30_000

type LockOptions = {
  readonly path: string
  readonly clock: Clock
  readonly processes: Processes
  /** Where those who wait stand, so that only the first of them looks at the lock; null: all of them look. */
  readonly queue: Queue | null
}

/**
 * Runs `work` while this process alone holds the lock file. A lock whose holder is dead is taken over.
 * Fails with `unavailable` if one process holds it for five seconds, or many have it in turn for a minute.
 */
export async function withLock<Result>(options: LockOptions, work: () => Promise<Result>): Promise<Result> {
  const { path, processes } = options
  const content = `${processes.self.pid}\n${JSON.stringify(processes.self)}\n`
  if (!wasCreated(path, content)) await waitInLine(options, content)
  try {
    return await work()
  } finally {
    if (holderOf(path)?.content === content) rmSync(path, { force: true })
  }
}

async function waitInLine(options: LockOptions, content: string): Promise<void> {
  const begun = options.clock.now().getTime()
  const leave = await cameFirst(options, begun + longestMs)
  try {
    await waitForLock(options, content, begun)
  } finally {
    leave()
  }
}

/** Waits until all who came before have had the lock. */
async function cameFirst({ path, clock, queue }: LockOptions, deadline: number): Promise<() => void> {
  const nobody = (): void => undefined
  if (!queue) return nobody
  const enough = new AbortController()
  const entered = queue.enter().catch(() => nobody) // no queue on this disk: it goes without
  const late = clock.until(new Date(deadline), enough.signal).then(() => null)
  const leave = await Promise.race([entered, late])
  if (leave) {
    late.catch(nobody)
    enough.abort()
    return leave
  }
  void entered.then((turn) => turn())
  throw crowded(path)
}

async function waitForLock(options: LockOptions, content: string, begun: number): Promise<void> {
  const { path, clock } = options
  const { signal } = new AbortController()
  let known: string | null = null
  let since = begun
  for (let look = 0; !wasCreated(path, content); look += 1) {
    const holder = holderOf(path)
    const now = clock.now().getTime()
    if (holder && isLeft(options, holder) && wasClearedAway(options, holder)) continue
    const name = holder && `${holder.content} ${holder.since.getTime()}`
    if (!holder)
      since = now // it was let go just now
    else if (name !== known) since = Math.max(begun, Math.min(now, holder.since.getTime()))
    known = name
    if (now - since >= patienceMs) throw heldBy(path, holder)
    if (now - begun >= longestMs) throw crowded(path)
    const waitMs = look < shortWaits ? shortWaitMs : longWaitMs
    await clock.until(new Date(now + waitMs), signal)
  }
}

type Holder = {
  readonly content: string
  readonly pid: number | null
  readonly identity: ProcessIdentity | null
  readonly since: Date
}

/**
 * Creates a file with its content in one step, so that a process that is killed leaves no lock without a name.
 * False if it is there already.
 */
function wasCreated(path: string, content: string): boolean {
  if (existsSync(path)) return false
  const passing = `${path}.${process.pid}`
  try {
    writeFileSync(passing, content)
    linkSync(passing, path)
    return true
  } catch (thrown) {
    return isTaken(thrown) ? false : wasCreatedUnlinked(path, content, thrown)
  } finally {
    rmSync(passing, { force: true })
  }
}

/** The same in two steps, for file systems without hard links. */
function wasCreatedUnlinked(path: string, content: string, reason: unknown): boolean {
  const code = reason instanceof Error && 'code' in reason ? String(reason.code) : ''
  if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'].includes(code)) throw reason
  try {
    writeFileSync(path, content, { flag: 'wx' })
    return true
  } catch (thrown) {
    if (isTaken(thrown)) return false
    throw thrown
  }
}

function holderOf(path: string): Holder | null {
  try {
    const content = readFileSync(path, 'utf8')
    const { mtime } = statSync(path)
    const pid = Number(/^\s*(\d{1,10})\s*(?:\n|$)/.exec(content)?.[1] ?? 0)
    return { content, pid: pid > 0 ? pid : null, identity: identityIn(content), since: mtime }
  } catch (thrown) {
    if (isMissing(thrown)) return null // released meanwhile
    throw thrown
  }
}

function identityIn(content: string): ProcessIdentity | null {
  const line = content.split('\n')[1] ?? ''
  if (!line.startsWith('{')) return null
  try {
    const parsed = processIdentity.safeParse(JSON.parse(line))
    return parsed.success ? parsed.data : null
  } catch {
    return null // written half, or by something else: the pid has to do
  }
}

function isLeft({ clock, processes }: LockOptions, holder: Holder): boolean {
  const isOld = clock.now().getTime() - holder.since.getTime() > namelessMs
  if (holder.identity && holder.identity.host !== processes.self.host) return isOld // nobody here can tell
  if (holder.identity) return !processes.isAlive(holder.identity)
  return holder.pid === null ? isOld : processes.identify(holder.pid) === null
}

/** Removes a lock that was left behind; under a guard, so that nobody removes one that was taken meanwhile. */
function wasClearedAway({ path, clock }: LockOptions, left: Holder): boolean {
  const guard = `${path}.clearing`
  if (!wasCreated(guard, '')) {
    const found = holderOf(guard)
    if (found && clock.now().getTime() - found.since.getTime() > namelessMs) rmSync(guard, { force: true })
    return false
  }
  try {
    if (holderOf(path)?.content === left.content) rmSync(path, { force: true })
    if (left.pid !== null && left.pid !== process.pid) rmSync(`${path}.${left.pid}`, { force: true })
    return true
  } finally {
    rmSync(guard, { force: true })
  }
}

function heldBy(path: string, holder: Holder | null): LoopworkError {
  const who = holder?.pid ? `process ${holder.pid}` : 'another process'
  return new LoopworkError('unavailable', `${who} has held the lock ${path} for more than 5 seconds`, {
    hint: holder?.pid
      ? `See what process ${holder.pid} does. If it has nothing to do with this backlog, delete the lock file.`
      : 'Try again. If it stays, delete the lock file.',
  })
}

function crowded(path: string): LoopworkError {
  return new LoopworkError('unavailable', `others had the lock ${path} in turn for a minute`, {
    hint: 'Very many processes write this backlog at once. Try again in a moment.',
  })
}
