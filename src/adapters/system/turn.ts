import { closeSync, mkdirSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import locks from 'fs-native-extensions'
import type { Turn } from '../../ports/turn.ts'

/** A turn that the kernel keeps by a lock on a file: it is free as soon as its holder is gone. */
export function openTurn(path: string): Turn {
  mkdirSync(dirname(path), { recursive: true })
  const fd = openSync(path, 'a+', 0o600)
  let isMine = false
  return {
    take: () => {
      isMine ||= locks.tryLock(fd)
      return isMine
    },
    close: () => {
      if (isMine) locks.unlock(fd)
      closeSync(fd)
    },
  }
}
