import { closeSync, type FSWatcher, openSync, readFileSync, watch, writeSync } from 'node:fs'
import { Observable, Subject, share } from 'rxjs'

/** How often one looks even if nobody rang, in milliseconds. */
const safetyMs = 1_000

/** Wide enough for every position. */
const width = 16

/**
 * Tells this process and all others that there is something new: a file that is touched after each commit,
 * which readers watch. Costs one wake-up a commit and nothing while all is quiet. The file says how far the log
 * had come: a store that ends before that has lost something.
 */
export type Bell = {
  readonly rings: Observable<void>
  /** `position` is on disk. */
  ring(position: number): void
  close(): void
}

/** `position` is compared once a second, for the rare notification that the system loses. */
export function createBell(path: string, position: () => number): Bell {
  closeSync(openSync(path, 'a', 0o600))
  const fd = openSync(path, 'r+')
  const own = new Subject<void>()

  const outside = new Observable<void>((listener) => {
    let seen = position()
    let watcher: FSWatcher | null = null
    try {
      watcher = watch(path, () => listener.next())
      watcher.on('error', () => watcher?.close()) // the look once a second goes on
    } catch {
      watcher = null // no watches are left in this system: the look once a second has to do
    }
    const timer = setInterval(() => {
      const now = position()
      if (now === seen) return
      seen = now
      listener.next()
    }, safetyMs)
    const forwarding = own.subscribe(listener)
    return () => {
      forwarding.unsubscribe()
      clearInterval(timer)
      watcher?.close()
    }
  })

  return {
    rings: outside.pipe(share()),
    ring: (newest) => {
      writeSync(fd, `${String(newest).padStart(width)}\n`, 0)
      own.next()
    },
    close: () => {
      own.complete()
      closeSync(fd)
    },
  }
}

/** What the last ring said; 0 where nobody ever rang. */
export function lastRing(path: string): number {
  try {
    return Number(readFileSync(path, 'utf8')) || 0
  } catch {
    return 0 // a store that was copied without it
  }
}
