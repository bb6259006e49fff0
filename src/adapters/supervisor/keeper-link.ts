import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { dirname } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import type { Job, JobExit } from '../../ports/jobs.ts'
import type { News, Request } from './messages.ts'

/** What became of a request to start a job; `gone` if the keeper ended before it said anything. */
export type Answer = News | { readonly is: 'gone' }

/** The pipe to a keeper of our own. It keeps this process alive only while an answer is awaited. */
export type KeeperLink = {
  readonly isOpen: () => boolean
  start(job: Job, marker: string): Promise<Answer>
  /** Whether this keeper lives and runs the job. */
  readonly holds: (key: string) => boolean
  /** How a job ended whose record the disk does not take, or has no folder for; null for all others. */
  readonly unrecorded: (key: string) => JobExit | null
  /** False if this keeper does not have the job, or was let go of. */
  stop(key: string): boolean
  /** Calls back at the end of a job of this keeper, or of the keeper; gives a function that ends this. */
  onEnd(key: string, hear: () => void): () => void
  /** Lets go of it: it ends when it has no more work. */
  close(): void
}

/** Starts a keeper: a process in a session of its own, which a kill of this one does not reach. */
export function openKeeper(keeperFile: string): KeeperLink {
  const keeper = spawnKeeper(keeperFile)
  const answers = new Map<string, (answer: Answer) => void>()
  const listeners = new Map<string, Set<() => void>>()
  const held = new Set<string>()
  const unrecorded = new Map<string, JobExit>()
  let isOpen = true

  const settle = (key: string, answer: Answer): void => {
    answers.get(key)?.(answer)
    answers.delete(key)
    if (answers.size === 0) keeper.unref()
  }
  const hear = (news: News): void => {
    settle(news.key, news)
    if (news.is === 'running') return
    held.delete(news.key)
    if (news.is === 'unrecorded') unrecorded.set(news.key, news.exit)
    else if (news.is === 'ended') unrecorded.delete(news.key)
    for (const listener of listeners.get(news.key) ?? []) listener()
  }
  const lose = (): void => {
    isOpen = false
    held.clear()
    for (const key of answers.keys()) settle(key, { is: 'gone' })
    for (const each of listeners.values()) for (const listener of each) listener()
  }

  keeper.on('error', lose) // it could not be started
  keeper.on('exit', lose)
  keeper.stdin.on('error', () => keeper.stdin.destroy()) // it has ended, which `exit` tells as well
  createInterface({ input: keeper.stdout }).on('line', (line) => hear(JSON.parse(line)))

  const send = (request: Request): void => {
    keeper.stdin.write(`${JSON.stringify(request)}\n`)
  }

  return {
    isOpen: () => isOpen,
    start: (job, marker) =>
      new Promise((resolve) => {
        if (!isOpen) return resolve({ is: 'gone' })
        answers.set(job.key, resolve)
        held.add(job.key)
        keeper.ref()
        send({ do: 'start', job, marker })
      }),
    holds: (key) => held.has(key),
    unrecorded: (key) => unrecorded.get(key) ?? null,
    stop: (key) => {
      if (!isOpen || !held.has(key)) return false
      send({ do: 'stop', key })
      return true
    },
    onEnd: (key, listener) => {
      const all = listeners.get(key) ?? new Set()
      listeners.set(key, all.add(listener))
      return () => {
        all.delete(listener)
        if (all.size === 0) listeners.delete(key)
      }
    },
    close: () => {
      isOpen = false
      keeper.stdin.end()
    },
  }
}

function spawnKeeper(keeperFile: string): ChildProcessByStdio<Writable, Readable, null> {
  const keeper = spawn(process.execPath, [keeperFile], {
    detached: true,
    windowsHide: true,
    cwd: dirname(keeperFile),
    env: {},
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  for (const each of [keeper, keeper.stdin, keeper.stdout]) unref(each)
  return keeper
}

/** The pipes of a child are sockets that hold the process; their type does not say so. */
function unref(pipe: object): void {
  if ('unref' in pipe && typeof pipe.unref === 'function') pipe.unref()
}
