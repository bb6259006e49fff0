import {
  closeSync,
  fdatasync,
  fsync,
  linkSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { promisify } from 'node:util'
import type { ProcessIdentity } from '../../events/shapes.ts'
import type { JobExit } from '../../ports/jobs.ts'

const syncData = promisify(fdatasync)
const syncAll = promisify(fsync)

/** Who runs a job, decided once. The marker is in the environment of all that the job starts. */
export type Claim =
  | { readonly supervisor: ProcessIdentity; readonly marker: string }
  /** Nobody, ever. */
  | { readonly revoked: true }

export const claimFile = (key: string): string => `${key}.claim.json`
export const processFile = (key: string): string => `${key}.process.json`
export const exitFile = (key: string): string => `${key}.exit.json`
/** Its existence asks the supervisor to end the job. */
export const stopFile = (key: string): string => `${key}.stop`

/**
 * Writes the claim of a job, unless there is one; says whether this one won. The file appears whole, and is on
 * disk when this resolves. `unique` keeps the temporary files of two claimants apart.
 */
export async function takeClaim(key: string, claim: Claim, unique: string): Promise<boolean> {
  const temporary = `${key}.${unique}.tmp`
  mkdirSync(dirname(key), { recursive: true, mode: 0o700 })
  await writeSynced(temporary, claim)
  try {
    linkSync(temporary, claimFile(key))
    await syncFolder(dirname(key))
    return true
  } catch (thrown) {
    if (hasCode(thrown, 'EEXIST')) return false
    throw thrown
  } finally {
    rmSync(temporary, { force: true })
  }
}

/** Says which process the program is. Not synced: after a loss of power no such process is left. */
export function writeProcess(key: string, identity: ProcessIdentity): void {
  const temporary = `${processFile(key)}.tmp`
  writeFileSync(temporary, JSON.stringify(identity), { mode: 0o600 })
  renameSync(temporary, processFile(key))
}

/** Says for good how the program ended. */
export async function writeExit(key: string, exit: JobExit): Promise<void> {
  const temporary = `${exitFile(key)}.tmp`
  await writeSynced(temporary, exit)
  renameSync(temporary, exitFile(key))
  await syncFolder(dirname(key))
}

/** Whether something thrown carries this code of the operating system. */
export const hasCode = (thrown: unknown, code: string): boolean =>
  thrown instanceof Error && 'code' in thrown && thrown.code === code

/** Only the disk is waited for: for a few bytes the rest takes less time than a thread to do it in. */
async function writeSynced(path: string, content: unknown): Promise<void> {
  const file = openSync(path, 'w', 0o600)
  try {
    writeFileSync(file, JSON.stringify(content))
    await syncData(file)
  } finally {
    closeSync(file)
  }
}

async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return // folders can't be opened there
  const folder = openSync(path, 'r')
  try {
    await syncAll(folder)
  } finally {
    closeSync(folder)
  }
}
