import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const fileIn = (path: string): string => join(path, 'opening')

/**
 * Opens a store under a marker: damage can make the library end the process, and then nobody else could tell.
 * To be called inside the gate, alone: a marker that is found there was left by an open that did not end.
 */
export function marked<T>(path: string, open: () => T): T {
  mark(path)
  try {
    return open()
  } finally {
    rmSync(fileIn(path), { force: true })
  }
}

/** On a full disk it goes without: what is there can still be read. */
function mark(path: string): void {
  try {
    writeFileSync(fileIn(path), String(process.pid), { mode: 0o600 })
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== 'ENOSPC') throw thrown
  }
}

/** The process that was last seen opening the store, if it never came to the end of that. */
export function leftOpening(path: string): number | null {
  try {
    return Number(readFileSync(fileIn(path), 'utf8')) || null
  } catch {
    return null // nobody is, or nobody may look
  }
}
