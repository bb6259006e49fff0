import { createHash } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { LoopworkError } from '../../errors.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Job, JobState, Jobs } from '../../ports/jobs.ts'
import type { Processes } from '../../ports/processes.ts'
import { stopFile, takeClaim } from './job-files.ts'
import { lookAt, readClaim, readProcess } from './job-state.ts'
import { type Answer, type KeeperLink, openKeeper } from './keeper-link.ts'
import { descendants, kill, killGroup, killMarked } from './sweep.ts'

/** How often the files of a job of another process are looked at while its end is awaited, in milliseconds. */
const poll = 200
/** The same where our own keeper tells of the end. */
const slowPoll = 2_000

type Options = {
  /** The bundled program that runs the jobs. */
  readonly keeperFile: string
  readonly processes: Processes
  readonly clock: Clock
  readonly newId: () => string
}

/** Jobs under one keeper of this process, started with the first job; those of other processes through their files. */
export function createJobs({ keeperFile, processes, clock, newId }: Options): Jobs {
  const starting = new Map<string, Promise<JobState>>()
  let link: KeeperLink | null = null

  const look = (key: string): Promise<JobState> => lookAt(key, processes)

  const ask = (job: Job): Promise<Answer> => {
    if (!link?.isOpen()) link = openKeeper(keeperFile)
    return link.start(withinBounds(job), markerOf(job.key))
  }

  const ended = (key: string, signal: AbortSignal): Promise<JobState> =>
    awaitEnd(key, signal, { look, clock, link })
  const sweep = (key: string): Promise<number> => sweepAfter(key, processes)

  const start = async (job: Job): Promise<JobState> => {
    const { key } = job
    for (let attempt = 1; attempt <= 2; attempt += 1) {
      if (await isTaken(key)) return await look(key)
      const answer = await ask(job)
      const state = stateIn(answer)
      if (state) return state
      if (answer.is === 'failed') throw unwritable(key, new Error(answer.problem))
    }
    if (await isTaken(key)) return await look(key)
    throw new LoopworkError('unavailable', `the supervisor (${keeperFile}) ends before it takes a job`, {
      hint: 'Reinstall loopwork; if it stays so, look whether something kills its processes.',
    })
  }

  return {
    start: (job) => {
      const before = starting.get(job.key)
      if (before) return before
      const now = start(job).finally(() => starting.delete(job.key))
      starting.set(job.key, now)
      return now
    },
    look,
    ended,
    stop: async (key) => {
      await starting.get(key)?.catch(() => undefined) // who asked for the start hears of its failure
      const { is } = await look(key)
      const isAsked = link?.stop(key) ?? false
      if (is === 'running' && !isAsked) await askToStop(key)
      if (isAsked || is === 'running' || is === 'lost') {
        const end = await ended(key, new AbortController().signal)
        if (end.is === 'lost') await sweep(key)
      }
    },
    revoke: async (key) => {
      if (link?.holds(key)) return false // whatever has become of its files
      const isOurs = await takeClaim(key, { revoked: true }, newId()).catch((thrown) => {
        throw unwritable(key, thrown)
      })
      if (isOurs) return true
      const claim = await readClaim(key)
      return claim !== null && 'revoked' in claim
    },
    sweep,
    close: async () => link?.close(),
  }
}

type Watch = {
  readonly look: (key: string) => Promise<JobState>
  readonly clock: Clock
  readonly link: KeeperLink | null
}

/** Looks at the files again and again; sooner, when our own keeper tells of the end. */
async function awaitEnd(key: string, signal: AbortSignal, { look, clock, link }: Watch): Promise<JobState> {
  for (;;) {
    signal.throwIfAborted()
    const nap = new AbortController()
    const wake = (): void => nap.abort()
    const forget = link?.onEnd(key, wake)
    signal.addEventListener('abort', wake)
    try {
      const state = await look(key)
      const isOpen = state.is === 'running' || state.is === 'absent' // its files may have been removed
      const exit = isOpen ? link?.unrecorded(key) : null
      if (exit) return { is: 'ended', exit }
      if (state.is !== 'running' && !(state.is === 'absent' && link?.holds(key))) return state
      await sleep(clock, link?.holds(key) ? slowPoll : poll, nap.signal)
    } finally {
      forget?.()
      signal.removeEventListener('abort', wake)
    }
  }
}

/** Kills what carries the marker of a job, and the group of its program if that lives; says how many. */
async function sweepAfter(key: string, processes: Processes): Promise<number> {
  const claim = await readClaim(key)
  if (claim && 'revoked' in claim) return 0
  const program = await readProcess(key)
  const tree = program && processes.isAlive(program) ? descendants(program.pid) : []
  const found = await killMarked(claim?.marker ?? markerOf(key))
  if (!program || !processes.isAlive(program)) return found
  killGroup(program.pid)
  return found + 1 + tree.filter((pid) => kill(pid, 'SIGKILL')).length
}

/** Follows from the key, so that what a job has started is found even where its files were removed. */
const markerOf = (key: string): string => createHash('sha256').update(key).digest('hex').slice(0, 32)

/** Whether somebody has the job. Throws if it is never to run. */
async function isTaken(key: string): Promise<boolean> {
  const claim = await readClaim(key)
  if (claim && 'revoked' in claim) {
    throw new LoopworkError('rejected', 'this job was revoked', { hint: 'Start it again under another key.' })
  }
  return claim !== null
}

/** JSON knows no infinity. */
const withinBounds = (job: Job): Job => ({
  ...job,
  timeoutMs: Math.min(job.timeoutMs, Number.MAX_SAFE_INTEGER),
  graceMs: Math.min(job.graceMs, Number.MAX_SAFE_INTEGER),
  maxOutputBytes: Math.min(job.maxOutputBytes, Number.MAX_SAFE_INTEGER),
})

/** Until the time is over or the signal wakes. */
const sleep = (clock: Clock, forMs: number, signal: AbortSignal): Promise<void> =>
  clock.until(new Date(clock.now().getTime() + forMs), signal).catch(() => undefined)

const askToStop = (key: string): Promise<void> =>
  writeFile(stopFile(key), '', { mode: 0o600 }).catch((thrown) => {
    throw unwritable(key, thrown)
  })

/** What the keeper's answer says of the job itself; null where the files have to be asked. */
function stateIn(answer: Answer): JobState | null {
  if (answer.is === 'ended' || answer.is === 'unrecorded') return { is: 'ended', exit: answer.exit }
  if (answer.is !== 'running') return null
  return { is: 'running', supervisor: answer.supervisor, process: answer.process }
}

const unwritable = (key: string, cause: Error): LoopworkError =>
  new LoopworkError('unavailable', `the files of a job (${key}) cannot be written: ${cause.message}`, {
    hint: 'Make room on the disk, or make its folder writable.',
    cause,
  })
