import { closeSync, mkdirSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import locks from 'fs-native-extensions'
import type { Queue } from '../../ports/queue.ts'

/** A queue that the kernel keeps by a lock on a file: waiting in it costs nothing. */
export function queueAt(path: string): Queue {
  return {
    enter: async () => {
      mkdirSync(dirname(path), { recursive: true })
      const fd = openSync(path, 'a+', 0o600)
      try {
        if (!locks.tryLock(fd)) await locks.waitForLock(fd)
      } catch (thrown) {
        closeSync(fd)
        throw thrown
      }
      return () => closeSync(fd) // the lock goes with it
    },
  }
}
