import { readdir, stat } from 'node:fs/promises'
import { basename, dirname, extname, join } from 'node:path'

/** One of the files that a log consists of: `loopwork.1.log` is the oldest, `loopwork.log` the newest. */
export type Segment = {
  readonly path: string
  /** Its number; infinite for the one that is written to. */
  readonly nth: number
  readonly inode: number
  readonly size: number
}

/** The files of a log, oldest first. A file that is not rotated is its own only segment. */
export async function segmentsOf(path: string): Promise<Segment[]> {
  const folder = dirname(path)
  const extension = extname(path)
  const stem = basename(path, extension)
  const names = await readdir(folder).catch(unlessGone([]))
  const found = await Promise.all(
    names.map(async (name): Promise<Segment[]> => {
      const nth = numberOf(name, stem, extension)
      const status = nth === null ? null : await stat(join(folder, name)).catch(unlessGone(null))
      if (nth === null || !status) return []
      return [{ path: join(folder, name), nth, inode: status.ino, size: status.size }]
    }),
  )
  return found.flat().sort((a, b) => a.nth - b.nth)
}

function numberOf(name: string, stem: string, extension: string): number | null {
  if (name === stem + extension) return Number.POSITIVE_INFINITY
  if (!name.startsWith(`${stem}.`) || !name.endsWith(extension)) return null
  const middle = name.slice(stem.length + 1, name.length - extension.length)
  return /^\d+$/.test(middle) ? Number(middle) : null
}

/** Files may go at any time: by a rotation, or because they are no longer kept. */
export function unlessGone<T>(instead: T): (thrown: NodeJS.ErrnoException) => T {
  return (thrown) => {
    if (thrown.code === 'ENOENT') return instead
    throw thrown
  }
}
