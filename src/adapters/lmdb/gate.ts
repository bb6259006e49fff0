import { closeSync, fstatSync, openSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import locks from 'fs-native-extensions'
import { LoopworkError } from '../../errors.ts'

/** Who may pass: `shared` for a commit, `exclusive` for opening and closing the environment. */
type Pass = 'shared' | 'exclusive'

/**
 * A lock that all processes with the same store respect.
 *
 * LMDB rewinds another process's commit that falls between two steps of an open (ITS#9496), so commits and
 * opens must exclude each other. The kernel lets go of the lock when its holder dies.
 */
export type Gate = {
  /** Runs something synchronous inside the gate. */
  pass<T>(pass: Pass, work: () => T): Promise<T>
  /** Runs something asynchronous inside the gate, alone. */
  passAlone<T>(work: () => Promise<T>): Promise<T>
  /** Whether the file of the gate was removed, and with it the store: nobody who comes later sees this one. */
  isRemoved(): boolean
  close(): void
}

export function openGate(path: string): Gate {
  const fd = openSync(path, 'a+', 0o600)
  let last: Promise<unknown> = Promise.resolve()
  let waiting = 0

  // The lock belongs to the descriptor, so those of this process take turns.
  const inTurn = async <T>(work: () => Promise<T>): Promise<T> => {
    waiting += 1
    const turn = last.then(work, work)
    last = turn.catch(() => undefined) // the caller hears of it
    try {
      return await turn
    } finally {
      waiting -= 1
    }
  }

  const lock = async (pass: Pass): Promise<void> => {
    const options = { shared: pass === 'shared' }
    if (!locks.tryLock(fd, options)) await locks.waitForLock(fd, options)
  }

  /** Some file systems count no links at all: there the name has to lead elsewhere, too. */
  const isRemoved = (): boolean => {
    const { nlink, ino } = fstatSync(fd)
    return nlink === 0 && statSync(path, { throwIfNoEntry: false })?.ino !== ino
  }

  const locked = <T>(work: () => T): T => {
    try {
      if (isRemoved()) throw removed(path)
      return work()
    } finally {
      locks.unlock(fd)
    }
  }

  return {
    pass: async (pass, work) => {
      if (waiting === 0 && locks.tryLock(fd, { shared: pass === 'shared' })) return locked(work)
      return inTurn(async () => {
        await lock(pass)
        return locked(work)
      })
    },
    passAlone: (work) =>
      inTurn(async () => {
        await lock('exclusive')
        try {
          return await work()
        } finally {
          locks.unlock(fd)
        }
      }),
    isRemoved,
    close: () => closeSync(fd),
  }
}

/** What would be written now, nobody would ever read. */
function removed(path: string): LoopworkError {
  return new LoopworkError('unavailable', `the store was removed while it was open (${dirname(path)})`, {
    hint: 'Something cleaned up too much, such as `git clean -x`. Then `loopwork resume`.',
  })
}
