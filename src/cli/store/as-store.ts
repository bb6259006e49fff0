import { constants, copyFileSync, linkSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { LoopworkError } from '../../errors.ts'

/** Lets something be done with a store folder; with a backup file, in a folder where it stands as a store. */
export async function asStore<T>(path: string, use: (folder: string) => Promise<T>): Promise<T> {
  if (isFolder(path)) return use(path)
  if (basename(path) === 'data.mdb') return use(dirname(path)) // a store that others may be writing
  const folder = await besides(path)
  try {
    return await use(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function isFolder(path: string): boolean {
  const found = statSync(path, { throwIfNoEntry: false })
  if (found) return found.isDirectory()
  throw new LoopworkError('not_found', `there is no ${path}`, {
    hint: 'Name a backup file or a store folder.',
  })
}

/** Without a copy where the file system can do that. */
async function besides(file: string): Promise<string> {
  try {
    const folder = mkdtempSync(`${file}.reading-`)
    try {
      linkSync(file, join(folder, 'data.mdb'))
      return folder
    } catch {
      rmSync(folder, { recursive: true, force: true })
    }
  } catch {
    // its folder may only be read
  }
  const folder = mkdtempSync(join(tmpdir(), 'loopwork-reading-'))
  copyFileSync(file, join(folder, 'data.mdb'), constants.COPYFILE_FICLONE)
  return folder
}
