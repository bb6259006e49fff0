import { link, mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { ProcessIdentity } from '../../events/shapes.ts'
import type { JobExit } from '../../ports/jobs.ts'

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
  await mkdir(dirname(key), { recursive: true, mode: 0o700 })
  await writeSynced(temporary, claim)
  try {
    await link(temporary, claimFile(key))
    await syncFolder(dirname(key))
    return true
  } catch (thrown) {
    if (hasCode(thrown, 'EEXIST')) return false
    throw thrown
  } finally {
    await rm(temporary, { force: true })
  }
}

/** Says which process the program is. Not synced: after a loss of power no such process is left. */
export async function writeProcess(key: string, identity: ProcessIdentity): Promise<void> {
  const temporary = `${processFile(key)}.tmp`
  const file = await open(temporary, 'w', 0o600)
  try {
    await file.writeFile(JSON.stringify(identity))
  } finally {
    await file.close()
  }
  await rename(temporary, processFile(key))
}

/** Says for good how the program ended. */
export async function writeExit(key: string, exit: JobExit): Promise<void> {
  const temporary = `${exitFile(key)}.tmp`
  await writeSynced(temporary, exit)
  await rename(temporary, exitFile(key))
  await syncFolder(dirname(key))
}

/** Whether something thrown carries this code of the operating system. */
export const hasCode = (thrown: unknown, code: string): boolean =>
  thrown instanceof Error && 'code' in thrown && thrown.code === code

async function writeSynced(path: string, content: unknown): Promise<void> {
  const file = await open(path, 'w', 0o600)
  try {
    await file.writeFile(JSON.stringify(content))
    await file.datasync()
  } finally {
    await file.close()
  }
}

async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return // folders can't be opened there
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}
