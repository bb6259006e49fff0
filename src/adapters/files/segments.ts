import { type FileHandle, open, readdir, stat } from 'node:fs/promises'
import { basename, dirname, extname, join } from 'node:path'

/** One of the files that a log consists of: `loopwork.1.log` is the oldest, `loopwork.log` the newest. */
export type Segment = {
  readonly path: string
  /** Its number; infinite for the one that is written to. */
  readonly nth: number
  readonly inode: number
  readonly size: number
}

/**
 * The files of a log, oldest first. A file that is not rotated is its own only segment. A rotation while one
 * looks would hide the segment that was just put aside, so one looks again until none came in between.
 */
export async function segmentsOf(path: string): Promise<Segment[]> {
  const folder = dirname(path)
  for (let names = await namesIn(folder, path); ; ) {
    const found = await Promise.all(
      names.map(async ({ name, nth }): Promise<Segment[]> => {
        const status = await stat(join(folder, name)).catch(unlessGone(null))
        return status ? [{ path: join(folder, name), nth, inode: status.ino, size: status.size }] : []
      }),
    )
    const after = await namesIn(folder, path)
    const isStill = after.every(({ name }) => names.some((before) => before.name === name))
    if (isStill) return found.flat().sort((a, b) => a.nth - b.nth)
    names = after
  }
}

/** Opens exactly this segment, though it may have been put aside since; null if it is no longer kept. */
export async function openSegment(path: string, segment: Segment): Promise<FileHandle | null> {
  const file = await open(segment.path, 'r').catch(unlessGone(null))
  if (file && (await file.stat()).ino === segment.inode) return file
  await file?.close()
  const moved = (await segmentsOf(path)).find(({ inode }) => inode === segment.inode)
  return moved && moved.path !== segment.path ? openSegment(path, moved) : null
}

async function namesIn(folder: string, path: string): Promise<{ name: string; nth: number }[]> {
  const extension = extname(path)
  const stem = basename(path, extension)
  const names = await readdir(folder).catch(unlessGone([]))
  return names.flatMap((name) => {
    const nth = numberOf(name, stem, extension)
    return nth === null ? [] : { name, nth }
  })
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
