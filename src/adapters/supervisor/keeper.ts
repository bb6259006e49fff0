import { createInterface } from 'node:readline'
import { type KeptJob, keepJob } from './keep-job.ts'
import type { News, Request } from './messages.ts'
import { createProcesses } from './processes.ts'

/**
 * The program that runs the jobs, in a session of its own: it outlives who started it for as long as it has
 * work. Requests come on standard input, news go to standard output.
 */
function keep(): void {
  process.title = 'loopwork-keeper' // see `main`: whoever ends all that is called node does not mean this one
  const processes = createProcesses()
  const jobs = new Map<string, KeptJob>()
  let isLeaving = false

  const tell = (news: News): void => {
    process.stdout.write(`${JSON.stringify(news)}\n`)
  }

  const start = ({ job, marker }: Extract<Request, { do: 'start' }>): void => {
    if (isLeaving) return // who asked hears that this process has ended, and asks another
    if (jobs.has(job.key)) {
      tell({ key: job.key, is: 'taken' })
      return
    }
    const kept = keepJob(job, marker, processes, tell)
    jobs.set(job.key, kept)
    void kept.done.then(() => jobs.delete(job.key))
  }

  const leave = (): void => {
    isLeaving = true
    for (const job of jobs.values()) job.stop()
    process.stdin.destroy() // nothing but the jobs holds this process now
  }

  process.stdout.on('error', () => undefined) // nobody listens any more; the files say it all
  process.on('SIGTERM', leave)
  for (const signal of ['SIGHUP', 'SIGINT'] as const) process.on(signal, () => undefined) // meant for the terminal

  createInterface({ input: process.stdin }).on('line', (line) => {
    const request = parse(line)
    if (request?.do === 'start') start(request)
    else if (request) jobs.get(request.key)?.stop()
  })
}

/** Null for the half of a line that comes last when who asks dies while writing. */
function parse(line: string): Request | null {
  try {
    return JSON.parse(line)
  } catch {
    return null
  }
}

keep()
