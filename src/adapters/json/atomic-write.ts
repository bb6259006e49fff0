import {
  accessSync,
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsync,
  openSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { type FileStamp, stampOf } from './stamp.ts'

const sync = promisify(fsync)

/**
 * Replaces a file that exists, whole or not at all, even if the machine stops; keeps its mode and its owner.
 * `path` is no symbolic link, and only one writes it at a time. Gives the stamp of the new file; fails with what the disk says.
 */
export async function replaceFile(path: string, bytes: Buffer): Promise<FileStamp> {
  accessSync(path, constants.W_OK) // a file that is read-only stays as it is, though its folder is not
  const old = statSync(path)
  const passing = join(dirname(path), `.${basename(path)}.tmp`)
  rmSync(passing, { force: true }) // of a writer that was killed
  try {
    const stamp = await written(passing, bytes, old)
    renameSync(passing, path)
    return stamp
  } catch (thrown) {
    rmSync(passing, { force: true })
    throw thrown
  }
}

/** Only the disk is waited for; all else takes less time than a thread to do it in. */
async function written(path: string, bytes: Buffer, like: Stats): Promise<FileStamp> {
  const file = openSync(path, 'wx', 0o600)
  try {
    writeFileSync(file, bytes)
    keepOwner(file, like)
    fchmodSync(file, like.mode & 0o7777)
    await sync(file)
    return stampOf(fstatSync(file, { bigint: true }))
  } finally {
    closeSync(file)
  }
}

function keepOwner(file: number, like: Stats): void {
  const own = fstatSync(file)
  if (own.uid === like.uid && own.gid === like.gid) return
  try {
    fchownSync(file, like.uid, like.gid)
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== 'EPERM') throw thrown // who may not give files away keeps it
  }
}
