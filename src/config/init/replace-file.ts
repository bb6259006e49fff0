import { open, realpath, rename, rm, stat } from 'node:fs/promises'
import { nanoid } from 'nanoid'

/** Writes a file whole or not at all: what was there, its rights and a link to it stay until the new one is. */
export async function replaceFile(path: string, content: string): Promise<void> {
  const target = await realpath(path).catch(unlessMissing(path))
  const status = await stat(target).catch(unlessMissing(null))
  const draft = `${target}.${nanoid(8)}.new`
  try {
    const file = await open(draft, 'wx', status ? status.mode : 0o666)
    try {
      await file.writeFile(content)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(draft, target)
  } catch (thrown) {
    await rm(draft, { force: true })
    throw thrown
  }
}

function unlessMissing<T>(instead: T): (thrown: unknown) => T {
  return (thrown) => {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT') return instead
    throw thrown
  }
}
