import { constants, type Stats } from 'node:fs'
import { access, type FileHandle, open, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { type FileStamp, stampOf } from './stamp.ts'

/**
 * Replaces a file that exists, whole or not at all, even if the machine stops; keeps its mode and its owner.
 * `path` is no symbolic link, and only one writes it at a time. Gives the stamp of the new file; fails with what the disk says.
 */
export async function replaceFile(path: string, bytes: Buffer): Promise<FileStamp> {
  await access(path, constants.W_OK) // a file that is read-only stays as it is, though its folder is not
  const old = await stat(path)
  const passing = join(dirname(path), `.${basename(path)}.tmp`)
  await rm(passing, { force: true }) // of a writer that was killed
  try {
    const stamp = await written(passing, bytes, old)
    await rename(passing, path)
    return stamp
  } catch (thrown) {
    await rm(passing, { force: true })
    throw thrown
  }
}

async function written(path: string, bytes: Buffer, like: Stats): Promise<FileStamp> {
  const file = await open(path, 'wx', 0o600)
  try {
    await file.writeFile(bytes)
    await keepOwner(file, like)
    await file.chmod(like.mode & 0o7777)
    await file.sync()
    return stampOf(await file.stat({ bigint: true }))
  } finally {
    await file.close()
  }
}

async function keepOwner(file: FileHandle, like: Stats): Promise<void> {
  const own = await file.stat()
  if (own.uid === like.uid && own.gid === like.gid) return
  await file.chown(like.uid, like.gid).catch((thrown: NodeJS.ErrnoException) => {
    if (thrown.code !== 'EPERM') throw thrown // who may not give files away leaves it with himself
  })
}
