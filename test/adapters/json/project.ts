import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { onTestFinished } from 'vitest'
import { openJsonBacklog } from '../../../src/adapters/json/backlog.ts'
import type { Backlog } from '../../../src/ports/backlog.ts'
import type { Clock } from '../../../src/ports/clock.ts'
import type { Processes } from '../../../src/ports/processes.ts'
import type { Queue } from '../../../src/ports/queue.ts'

export const tasksFile = '.specs/tasks/tasks.json'

/** The real time. */
export const wallClock: Clock = {
  now: () => new Date(),
  until: async (instant, signal) => {
    await setTimeout(Math.max(0, instant.getTime() - Date.now()), undefined, { signal })
  },
}

/** The processes of this machine as far as signal 0 tells. */
export const processes: Processes = {
  self: { pid: process.pid, start: 'x', boot: 'b', host: 'here' },
  identify: (pid) => {
    try {
      process.kill(pid, 0)
      return { pid, start: 'x', boot: 'b', host: 'here' }
    } catch {
      return null
    }
  },
  signal: () => false,
  isAlive: ({ pid, start, boot }) => start === 'x' && boot === 'b' && processes.identify(pid) !== null,
}

/** A project folder with a backlog, removed after the test. */
export function project(text?: string) {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'loopwork-json-')))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  const path = (name: string): string => join(root, name)
  const write = (name: string, content: string | Buffer): void => {
    mkdirSync(dirname(path(name)), { recursive: true })
    writeFileSync(path(name), content)
  }
  if (text !== undefined) write(tasksFile, text)

  return {
    root,
    path,
    write,
    has: (name: string): boolean => existsSync(path(name)),
    text: (name = tasksFile): string => readFileSync(path(name), 'utf8'),
    open: (options: { tasksFile?: string; clock?: Clock; queue?: Queue } = {}): Backlog => {
      const backlog = openJsonBacklog({
        projectRoot: root,
        tasksFile,
        clock: wallClock,
        processes,
        ...options,
      })
      onTestFinished(() => backlog.close())
      return backlog
    },
  }
}

/** A backlog text with these entries. */
export function tasksText(...tasks: readonly object[]): string {
  return `${JSON.stringify({ tasks }, null, 2)}\n`
}
