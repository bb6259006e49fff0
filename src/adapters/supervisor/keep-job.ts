import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import type { ExitStatus, ProcessIdentity } from '../../events/shapes.ts'
import type { Job, JobExit } from '../../ports/jobs.ts'
import type { Processes } from '../../ports/processes.ts'
import { hasCode, stopFile, takeClaim, writeExit, writeProcess } from './job-files.ts'
import { type Launched, launch } from './launch.ts'
import type { News } from './messages.ts'
import { type Output, openOutput } from './output.ts'
import { descendants, kill, killGroup, killMarked } from './sweep.ts'

/** How often a running job looks whether somebody asks it to end, in milliseconds. */
const stopPoll = 200
const longestTimer = 2 ** 31 - 1

type Why = JobExit['endedBy']

/** A job in the hands of this process. */
export type KeptJob = {
  readonly stop: () => void
  /** Resolves when nothing is left to be done for it. Never rejects. */
  readonly done: Promise<void>
}

/** Lives the life of one job: claim, program, output, end, record; `tell` hears of each step. */
export function keepJob(job: Job, marker: string, processes: Processes, tell: (news: News) => void): KeptJob {
  const { key } = job
  const startedAt = new Date().toISOString()
  const asked = new AbortController() // its reason is a Why
  let problem: string | undefined
  const ask = (why: Why, because?: string): void => {
    if (asked.signal.aborted) return
    problem = because
    asked.abort(why)
  }

  const record = async (exit: Omit<JobExit, 'startedAt' | 'endedAt'>): Promise<void> => {
    const whole = { ...exit, startedAt, endedAt: new Date().toISOString() }
    await recordUntilItLasts(key, whole, () => tell({ key, is: 'unrecorded', exit: whole }))
    await rm(stopFile(key), { force: true })
    tell({ key, is: 'ended', exit: whole })
  }

  const live = async (): Promise<void> => {
    if (!(await takeClaim(key, { supervisor: processes.self, marker }, marker))) {
      tell({ key, is: 'taken' })
      return
    }
    const started = await begin(job, marker, (because) => ask('output', because))
    if ('problem' in started) {
      const unborn = { code: null, signal: null, stdoutBytes: 0, stderrBytes: 0, truncated: false }
      return await record({ ...unborn, endedBy: 'launch', problem: started.problem })
    }
    const { program, output, ended } = started
    program.input.catch((thrown: Error) => ask('launch', thrown.message))
    const identity = processes.identify(program.pid)
    if (identity) noteProcess(key, identity)
    tell({ key, is: 'running', supervisor: processes.self, process: identity })
    const timeout = setTimeout(() => ask('timeout'), Math.min(job.timeoutMs, longestTimer))
    const poll = setInterval(() => existsSync(stopFile(key)) && ask('stopped'), stopPoll)
    const status = await Promise.race([ended, endWhenAsked(program.pid, asked.signal, job.graceMs, ended)])
    clearTimeout(timeout)
    clearInterval(poll)
    const endedBy: Why = asked.signal.aborted ? asked.signal.reason : 'itself'
    ask('itself') // nothing that comes from here on changes why it ended
    if (endedBy === 'itself') await output.drain() // what it left behind may still have something to say
    killGroup(program.pid)
    await killMarked(marker)
    await output.drain()
    await output.close().catch((thrown: Error) => {
      problem ??= `what it printed could not be written: ${thrown.message}`
    })
    program.child.stdin?.destroy()
    await record({ ...status, endedBy, ...output.kept, ...(problem === undefined ? {} : { problem }) })
  }

  const done = live().catch((thrown: Error) => tell({ key, is: 'failed', problem: thrown.message }))
  return { stop: () => ask('stopped'), done }
}

function noteProcess(key: string, identity: ProcessIdentity): void {
  try {
    writeProcess(key, identity)
  } catch {
    // the marker in its environment finds the program too
  }
}

type Begun = { readonly program: Launched; readonly output: Output; readonly ended: Promise<ExitStatus> }

async function begin(
  job: Job,
  marker: string,
  onOverflow: (problem?: string) => void,
): Promise<Begun | { problem: string }> {
  let output: Output | null = null
  try {
    output = await openOutput(job, onOverflow)
    const program = await launch(job, marker)
    const ended = new Promise<ExitStatus>((resolve) => {
      // not 'close': a process that the program left behind may hold its pipes open for ever
      program.child.once('exit', (code, signal) => resolve({ code, signal }))
    })
    output.follow(program.stdout, program.stderr)
    return { program, output, ended }
  } catch (thrown) {
    await output?.close()
    return { problem: thrown instanceof Error ? thrown.message : String(thrown) }
  }
}

/** Politely to the program alone, so that it can end what it started; then by force to its group. */
async function endWhenAsked(
  pid: number,
  signal: AbortSignal,
  graceMs: number,
  ended: Promise<ExitStatus>,
): Promise<ExitStatus> {
  if (!signal.aborted)
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
  if (signal.reason === 'itself') return await ended
  const tree = descendants(pid)
  if (process.platform !== 'win32') kill(pid, 'SIGTERM')
  const over = new AbortController()
  const grace = pause(Math.min(graceMs, longestTimer), undefined, { signal: over.signal }).catch(
    () => undefined,
  )
  await Promise.race([ended, grace])
  over.abort()
  killGroup(pid)
  for (const orphan of tree) kill(orphan, 'SIGKILL')
  return await ended
}

/** A full disk must not make a job that ended look lost: tried once a second until its folder is gone. */
async function recordUntilItLasts(key: string, exit: JobExit, onFailure: () => void): Promise<void> {
  for (let nth = 1; ; nth += 1) {
    try {
      return await writeExit(key, exit)
    } catch (thrown) {
      if (nth === 1) onFailure()
      if (hasCode(thrown, 'ENOENT')) throw thrown
      await pause(1_000)
    }
  }
}
