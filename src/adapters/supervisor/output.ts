import { type FileHandle, open } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'
import type { Job } from '../../ports/jobs.ts'
import { createMask } from '../../redaction/mask.ts'

/** How long silent pipes are waited for after the program has ended, in milliseconds: others may hold them open. */
const silence = 250
/** How long they are read if they are not silent, in milliseconds. */
const longestDrain = 2_000

type Kept = { stdoutBytes: number; stderrBytes: number; truncated: boolean }

/** The files that take what a program prints. */
export type Output = {
  /** What is in the files so far. */
  readonly kept: Readonly<Kept>
  /** Writes what comes; a program that prints faster than the disk waits. Never rejects. */
  follow(stdout: Readable, stderr: Readable): void
  /** Resolves when all was read, or what holds the pipes open is silent. */
  drain(): Promise<void>
  close(): Promise<void>
}

/**
 * Opens the files for output. `onOverflow` is called at each chunk that is left out: there was more than the
 * job allows, or, with a problem, the disk takes no more.
 */
export async function openOutput(job: Job, onOverflow: (problem?: string) => void): Promise<Output> {
  const [out, err] = await openFiles(job)
  const kept: Kept = { stdoutBytes: 0, stderrBytes: 0, truncated: false }
  const streams: Readable[] = []
  let all: Promise<unknown> = Promise.resolve()
  let isDone = false
  let lastWrite = 0
  let writing = 0

  const leaveOut = (problem?: string): void => {
    kept.truncated = true
    onOverflow(problem)
  }

  const keep = async (chunk: Buffer, into: 'stdoutBytes' | 'stderrBytes'): Promise<void> => {
    const room = kept.truncated ? 0 : job.maxOutputBytes - kept.stdoutBytes - kept.stderrBytes
    const piece = chunk.length > room ? chunk.subarray(0, room) : chunk
    kept[into] += piece.length // before the wait: the other stream counts too
    if (piece.length > 0) await (into === 'stdoutBytes' ? out : err).writeFile(piece)
    if (piece.length < chunk.length) leaveOut()
  }

  const pump = async (stream: Readable, into: 'stdoutBytes' | 'stderrBytes'): Promise<void> => {
    stream.on('error', () => stream.destroy()) // a pipe that breaks has ended
    const mask = createMask(job.secrets)
    const write = async (chunk: Buffer): Promise<void> => {
      writing += 1
      await keep(chunk, into).catch((thrown: Error) => {
        leaveOut(`what it printed could not be written: ${thrown.message}`)
      })
      writing -= 1
      lastWrite = performance.now()
    }
    try {
      for await (const chunk of stream.iterator({ destroyOnReturn: false })) await write(mask.take(chunk))
    } finally {
      await write(mask.rest())
    }
  }

  return {
    kept,
    follow: (stdout, stderr) => {
      streams.push(stdout, stderr)
      const ended = (): undefined => undefined // an iterator rejects when its stream is destroyed
      all = Promise.all([pump(stdout, 'stdoutBytes').catch(ended), pump(stderr, 'stderrBytes').catch(ended)])
      void all.then(() => {
        isDone = true
      })
    },
    drain: async () => {
      const start = performance.now()
      lastWrite = start
      const isWorth = (now: number) =>
        writing > 0 || (now - lastWrite < silence && now - start < longestDrain)
      await Promise.race([all, Promise.resolve()])
      while (!isDone && isWorth(performance.now())) await Promise.race([all, pause(25)])
    },
    close: async () => {
      for (const stream of streams) stream.destroy()
      await all
      await out.close()
      if (err !== out) await err.close()
    },
  }
}

/** One and the same for both, if the job wants that. */
async function openFiles(job: Job): Promise<readonly [FileHandle, FileHandle]> {
  const out = await open(job.stdoutFile, 'a', 0o600)
  if (job.stderrFile === job.stdoutFile) return [out, out]
  try {
    return [out, await open(job.stderrFile, 'a', 0o600)]
  } catch (thrown) {
    await out.close()
    throw thrown
  }
}
