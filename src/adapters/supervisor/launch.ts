import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { type FileHandle, open, stat } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Job } from '../../ports/jobs.ts'
import { hasCode } from './job-files.ts'
import { markerVariable } from './sweep.ts'

/** A program that runs. `input` rejects if its standard input could not be read from the file. */
export type Launched = {
  readonly child: ChildProcess
  readonly pid: number
  readonly stdout: Readable
  readonly stderr: Readable
  readonly input: Promise<void>
}

/**
 * Starts the program of a job in a session of its own, with the marker in its environment. Rejects with a
 * message that says which file is at fault.
 */
export async function launch(job: Job, marker: string): Promise<Launched> {
  await requireFolder(job.cwd)
  const input = job.stdinFile === null ? null : await openInput(job.stdinFile)
  try {
    const child = spawn(job.file, job.args, {
      cwd: job.cwd,
      env: { ...job.env, [markerVariable]: marker },
      detached: true,
      windowsHide: true,
      stdio: [input ? 'pipe' : 'ignore', 'pipe', 'pipe'],
    })
    if (child.pid === undefined) {
      const [thrown] = await once(child, 'error')
      throw thrown
    }
    const { pid, stdout, stderr } = child
    if (!stdout || !stderr) throw new Error('it has no pipes for its output')
    return { child, pid, stdout, stderr, input: giveInput(input, child) }
  } catch (thrown) {
    await input?.close()
    throw new Error(`${job.file} could not be started: ${reasonOf(thrown)}`, { cause: thrown })
  }
}

async function giveInput(input: FileHandle | null, child: ChildProcess): Promise<void> {
  if (!input || !child.stdin) return
  try {
    await pipeline(input.createReadStream(), child.stdin)
  } catch (thrown) {
    const isOurs = thrown instanceof Error && 'syscall' in thrown && thrown.syscall === 'read'
    if (isOurs) throw new Error(`its standard input could not be read: ${thrown.message}`, { cause: thrown })
    // anything else is the program's own affair: it has ended, or reads no further
  }
}

async function requireFolder(path: string): Promise<void> {
  const found = await stat(path).catch((thrown) => {
    if (hasCode(thrown, 'ENOENT')) return null
    throw new Error(`the folder to work in cannot be used: ${thrown.message}`, { cause: thrown })
  })
  if (!found) throw new Error(`the folder to work in does not exist: ${path}`)
  if (!found.isDirectory()) throw new Error(`the folder to work in is not a folder: ${path}`)
}

const openInput = (path: string): Promise<FileHandle> =>
  open(path, 'r').catch((thrown) => {
    throw new Error(`the file for its standard input cannot be read: ${thrown.message}`, { cause: thrown })
  })

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such program',
  EACCES: 'it may not be executed',
  EPERM: 'it may not be executed',
  E2BIG: 'its arguments and environment are too long',
  ENOEXEC: 'it is not a program of this machine',
}

function reasonOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown)
  const code = 'code' in thrown ? String(thrown.code) : ''
  const reason = reasons[code]
  return reason ? `${reason} (${code})` : thrown.message
}
