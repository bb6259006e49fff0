import { statfsSync } from 'node:fs'

/** What any transaction may need: the pages that lead to its rows are written anew, in each table. */
const spareBytes = 128 * 1024
/** What one write may need besides: its own page and one above it. */
const writeBytes = 8 * 1024

/**
 * Refuses what the disk has no room for, before LMDB tries it: a page that it cannot write spoils the memory of
 * the process, which then dies of it sooner or later, instead of saying that the disk is full.
 */
export function assertRoom(path: string, writes: number): void {
  if (freeBytes(path) >= spareBytes + writes * writeBytes) return
  throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' })
}

/** Without end where nobody can tell. */
function freeBytes(path: string): number {
  try {
    const { bavail, bsize, blocks } = statfsSync(path)
    return blocks === 0 ? Number.POSITIVE_INFINITY : bavail * bsize // some file systems do not say
  } catch {
    return Number.POSITIVE_INFINITY // its folder was removed: that is for others to notice
  }
}
