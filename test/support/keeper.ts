import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { build } from 'esbuild'
import { createJobs } from '../../src/adapters/supervisor/jobs.ts'
import { createProcesses } from '../../src/adapters/supervisor/processes.ts'
import { systemClock } from '../../src/adapters/system/clock.ts'
import type { Job, Jobs } from '../../src/ports/jobs.ts'

const entries = ['src/adapters/supervisor/keeper.ts', 'test/support/start-job.ts']

export const processes = createProcesses()

/** A folder for jobs, the programs that keep them, and what is needed to leave nothing behind. */
export type Workshop = Awaited<ReturnType<typeof openWorkshop>>

/** Bundles the keeper into a temporary folder and runs jobs there. */
export async function openWorkshop() {
  const folder = mkdtempSync(join(tmpdir(), 'loopwork-jobs-'))
  await build({
    entryPoints: entries,
    outdir: join(folder, 'bin'),
    bundle: true,
    format: 'esm',
    platform: 'node',
    entryNames: '[name]',
    outExtension: { '.js': '.mjs' },
    logLevel: 'error',
  })
  const keeperFile = join(folder, 'bin', 'keeper.mjs')
  const opened: Jobs[] = []
  const keys: string[] = []
  let last = 0

  /** As one more loopwork process would have them. */
  const jobs = (): Jobs => {
    const made = createJobs({ keeperFile, processes, clock: systemClock, newId: () => crypto.randomUUID() })
    opened.push(made)
    return made
  }

  /** A job that runs this text of a shell. */
  const job = (script: string, changes: Partial<Job> = {}): Job => {
    last += 1
    const key = join(folder, `job-${last}`)
    keys.push(key)
    return {
      key,
      file: '/bin/sh',
      args: ['-c', script],
      env: { PATH: process.env.PATH ?? '', HERE: folder },
      cwd: folder,
      stdinFile: null,
      stdoutFile: `${key}.out`,
      stderrFile: `${key}.err`,
      timeoutMs: 60_000,
      graceMs: 1_000,
      maxOutputBytes: 1 << 30,
      secrets: [],
      ...changes,
    }
  }

  const close = async (): Promise<void> => {
    const [any] = opened
    if (any) for (const key of keys) await any.stop(key)
    for (const each of opened) await each.close()
    rmSync(folder, { recursive: true, force: true })
  }

  return { folder, keeperFile, jobs, job, close }
}

export const never = new AbortController().signal

/** Waits for a fact. */
export async function until(isSo: () => boolean, what: string, patienceMs = 20_000): Promise<void> {
  const deadline = Date.now() + patienceMs
  while (!isSo()) {
    if (Date.now() > deadline) throw new Error(`waited in vain until ${what}`)
    await pause(10)
  }
}

/** The pid that a program has written into a file, once it is there. */
export async function pidIn(path: string): Promise<number> {
  await until(() => existsSync(path) && readFileSync(path, 'utf8').endsWith('\n'), `${path} holds a pid`)
  return Number(readFileSync(path, 'utf8'))
}

export const isGone = (pid: number): boolean => processes.identify(pid) === null
