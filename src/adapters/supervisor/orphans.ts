import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Processes } from '../../ports/processes.ts'
import { readClaim, readProcess } from './job-state.ts'
import { marked } from './sweep.ts'

/** A job whose end nobody has recorded. */
export type OpenJob = {
  readonly key: string
  /** Whether its supervisor lives, who will record its end. */
  readonly isKept: boolean
  /** The processes that belong to it, as far as they can be found. */
  readonly pids: readonly number[]
}

const ending = '.claim.json'

/** Jobs in the folders below that were begun and have no end, by the identities that their files name. */
export async function openJobs(folder: string, processes: Processes): Promise<OpenJob[]> {
  if (!existsSync(folder)) return []
  const claims = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) =>
    path.endsWith(ending),
  )
  const open = claims
    .map((path) => join(folder, path.slice(0, -ending.length)))
    .filter((key) => !hasEnded(key))
  const found: OpenJob[] = []
  for (const key of open) {
    const claim = await readClaim(key)
    if (!claim || 'revoked' in claim) continue
    const program = await readProcess(key)
    const own = program && processes.isAlive(program) ? [program.pid] : []
    const pids = [...new Set([...own, ...marked(claim.marker)])]
    found.push({ key, isKept: processes.isAlive(claim.supervisor), pids })
  }
  return found
}

function hasEnded(key: string): boolean {
  return existsSync(`${key}.exit.json`)
}
