import { appendFileSync, mkdirSync, readFileSync } from 'node:fs'
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { LoopworkError } from '../../errors.ts'
import type { BacklogStatus } from '../../ports/backlog.ts'
import { diskFailure, isMissing, isTaken } from './failures.ts'

/** The folder with a description (`<id>.md`) and a log (`<id>.log`) of each task. */
export type TaskFolder = {
  pathOf(id: string): string
  /** The text of a description; null if there is none. */
  description(id: string): Promise<string | null>
  /** Writes a description; false, and nothing is changed, if there is one. */
  describe(id: string, text: string): Promise<boolean>
  /** The ids that have a description, whether or not they are in the backlog. */
  described(): Promise<readonly string[]>
  /** Whether this was the last that was said of a task's end, or need not be kept. */
  isNoted(id: string, status: BacklogStatus, note: string): boolean
  /** Keeps what was said of a task's end. Once, if it is told again at once. */
  note(id: string, status: BacklogStatus, note: string, at: Date): Promise<void>
}

/** `path` need not exist before something is written. */
export function taskFolderAt(path: string): TaskFolder {
  const pathOf = (id: string): string => join(path, `${id}.md`)
  const logOf = (id: string): string => join(path, `${id}.log`)
  const isNoted: TaskFolder['isNoted'] = (id, status, note) => {
    const word = outcomes.get(status)
    if (!word || note === '') return true
    return textAt(logOf(id))?.endsWith(` ${word}: ${note}\n`) ?? false
  }

  return {
    pathOf,
    description: async (id) => textAt(pathOf(id)),
    describe: async (id, text) => {
      try {
        await mkdir(path, { recursive: true })
        await writeFile(pathOf(id), text, { flag: 'wx' })
        return true
      } catch (thrown) {
        if (isTaken(thrown)) return false
        throw diskFailure(thrown, `${pathOf(id)} was written`)
      }
    },
    described: async () => {
      try {
        const names = await readdir(path)
        return names.filter((name) => name.endsWith('.md')).map((name) => name.slice(0, -3))
      } catch (thrown) {
        if (isMissing(thrown)) return []
        throw diskFailure(thrown, `${path} was read`)
      }
    },
    isNoted,
    note: async (id, status, note, at) => {
      if (isNoted(id, status, note)) return
      const log = logOf(id)
      try {
        mkdirSync(path, { recursive: true })
        appendFileSync(log, `\n[${at.toISOString()}] ${outcomes.get(status)}: ${note}\n`)
      } catch (thrown) {
        throw diskFailure(thrown, `${log} was written`)
      }
    },
  }
}

/** The first `# ` heading of a description, without the id in front of it; null if there is none. */
export function headingOf(text: string, id: string): string | null {
  const heading = /^# +(.*)$/m.exec(text)?.[1]?.trim() ?? ''
  const title = heading.startsWith(`${id}:`) ? heading.slice(id.length + 1).trim() : heading
  return title === '' ? null : title
}

/** How a description begins its life. */
export function newDescription(id: string, title: string, description: string | undefined): string {
  return description ? `# ${id}: ${title}\n\n${description}\n` : `# ${id}: ${title}\n`
}

const outcomes: ReadonlyMap<BacklogStatus, string> = new Map([
  ['failed', 'FAILED'],
  ['completed', 'COMPLETED'],
])

function textAt(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch (thrown) {
    if (isMissing(thrown)) return null
    throw thrown instanceof LoopworkError ? thrown : diskFailure(thrown, `${path} was read`)
  }
}
