import { existsSync, linkSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { RootDatabase } from 'lmdb'
import { storeFailure } from './failures.ts'

/**
 * Writes a store anew whose files were removed while it was open: the system keeps them until the last process
 * lets go of them. Of several that try, the first one does it; all of them have seen the same events. To be called
 * inside the gate, alone.
 */
export async function putBack(root: RootDatabase, path: string): Promise<void> {
  const place = join(path, 'data.mdb')
  if (existsSync(place)) return
  mkdirSync(path, { recursive: true, mode: 0o700 })
  const copy = mkdtempSync(join(dirname(path), 'put-back-'))
  try {
    await root.backup(copy, true)
    linkSync(join(copy, 'data.mdb'), place)
  } catch (thrown) {
    if (!existsSync(place)) throw storeFailure(thrown, `putting the store back at ${path}`)
  } finally {
    rmSync(copy, { recursive: true, force: true })
  }
}
