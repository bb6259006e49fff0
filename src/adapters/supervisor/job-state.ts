import { readFileSync } from 'node:fs'
import * as z from 'zod/mini'
import { LoopworkError } from '../../errors.ts'
import { exitStatus, instant, outputSize, processIdentity } from '../../events/shapes.ts'
import type { JobState } from '../../ports/jobs.ts'
import type { Processes } from '../../ports/processes.ts'
import { claimFile, exitFile, hasCode, processFile } from './job-files.ts'

const claim = z.union([
  z.object({ revoked: z.literal(true) }),
  z.object({ supervisor: processIdentity, marker: z.string() }),
])

const exit = z.object({
  ...exitStatus.shape,
  ...outputSize.shape,
  endedBy: z.enum(['itself', 'timeout', 'output', 'stopped', 'launch']),
  problem: z.exactOptional(z.string()),
  startedAt: instant,
  endedAt: instant,
})

/** Who has a job for good; null if nobody has it yet. */
export const readClaim = (key: string): Promise<z.infer<typeof claim> | null> => read(claimFile(key), claim)

/** Which process the program of a job is; null if it was never said. */
export const readProcess = (key: string): Promise<z.infer<typeof processIdentity> | null> =>
  read(processFile(key), processIdentity)

/** What the files of a job say. A revoked one is absent: it never ran. */
export async function lookAt(key: string, processes: Processes): Promise<JobState> {
  const taken = await readClaim(key)
  if (!taken || 'revoked' in taken) return { is: 'absent' }
  const before = await read(exitFile(key), exit)
  if (before) return { is: 'ended', exit: before }
  const { supervisor } = taken
  if (processes.isAlive(supervisor)) return { is: 'running', supervisor, process: await readProcess(key) }
  const after = await read(exitFile(key), exit) // it may have been written between the two looks
  return after ? { is: 'ended', exit: after } : { is: 'lost', process: await readProcess(key) }
}

/** These files have a few hundred bytes: to read them takes less than to ask a thread for it. */
async function read<Content>(path: string, schema: z.ZodMiniType<Content>): Promise<Content | null> {
  const text = textAt(path)
  if (text === null) return null
  try {
    return z.parse(schema, JSON.parse(text))
  } catch (thrown) {
    throw new LoopworkError('corrupt', `a file of a job is not what this version writes: ${path}`, {
      hint: 'Move the file away; without a claim the job counts as never started, without an exit as lost.',
      cause: thrown,
    })
  }
}

function textAt(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch (thrown) {
    if (hasCode(thrown, 'ENOENT')) return null
    throw new LoopworkError('unavailable', `a file of a job cannot be read: ${(thrown as Error).message}`, {
      hint: 'See that its folder belongs to you.',
      cause: thrown,
    })
  }
}
