import { realpathSync } from 'node:fs'
import { dirname, relative, resolve, sep } from 'node:path'
import { Subject, takeUntil } from 'rxjs'
import { LoopworkError } from '../../errors.ts'
import type { Priority } from '../../events/shapes.ts'
import type { Backlog, BacklogStatus, TaskBrief } from '../../ports/backlog.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Processes } from '../../ports/processes.ts'
import type { Queue } from '../../ports/queue.ts'
import { bellOf } from './bell.ts'
import { withStatus } from './edit.ts'
import { diskFailure, isMissing } from './failures.ts'
import { createKeptDocument, type Kept, readingFailure } from './kept-document.ts'
import { withLock } from './lock.ts'
import { addTask } from './new-task.ts'
import { headingOf, taskFolderAt } from './task-folder.ts'

export type JsonBacklogOptions = {
  readonly projectRoot: string
  /** Absolute, or relative to the project. */
  readonly tasksFile: string
  /** Where descriptions and logs are; the folder of the tasks file unless it is given. */
  readonly tasksDir?: string
  /** Of tasks that say none; `medium` unless it is given. */
  readonly defaultPriority?: Priority
  readonly clock: Clock
  readonly processes: Processes
  /** Where processes stand that wait for each other; without one they wait all the same, in no order. */
  readonly queue?: Queue
}

/** From fewer characters than this, not counting blanks, nobody knows what is to be done. */
const leastCharacters = 10

/**
 * A backlog in a JSON file that people edit too: of the file only what is told changes. An empty title
 * in `read` means that it is in the description, which only `brief` reads.
 */
export function openJsonBacklog(options: JsonBacklogOptions): Backlog {
  const { projectRoot, clock, processes, queue = null } = options
  const path = resolve(projectRoot, options.tasksFile)
  const id = inProject(projectRoot, path)
  const file = createKeptDocument(
    path,
    { name: id, defaultPriority: options.defaultPriority ?? 'medium' },
    clock,
  )
  const folder = taskFolderAt(resolve(projectRoot, options.tasksDir ?? dirname(path)))
  const closed = new Subject<void>()
  let last: Promise<unknown> = Promise.resolve()

  /** One after the other in this process, so that only one of us waits for the lock file. */
  const alone = <Result>(work: (kept: Kept) => Promise<Result>): Promise<Result> => {
    const turn = async (): Promise<Result> => {
      try {
        const lock = `${realpathSync(path)}.lock` // one for all links to the file
        return await withLock({ path: lock, clock, processes, queue }, async () => work(await file.current()))
      } catch (thrown) {
        throw isMissing(thrown) ? readingFailure(thrown, id) : diskFailure(thrown, `${id} was locked`)
      }
    }
    const result = last.then(turn, turn)
    last = result
    return result
  }

  /** Many tell the same at once; all but the first need not wait for the lock. */
  const isTold = async (task: string, status: BacklogStatus, note: string): Promise<boolean> => {
    const { document } = await file.current()
    const index = document.indexOf.get(task)
    const told = index === undefined ? null : document.tasks[index]?.status
    return told === status && folder.isNoted(task, status, note)
  }

  const tellAlone = async (kept: Kept, task: string, status: BacklogStatus, note: string): Promise<void> => {
    const index = kept.document.indexOf.get(task)
    if (index === undefined) return // whoever removed it does not want to be told
    if (kept.document.tasks[index]?.status !== status) {
      await file.replace(kept, withStatus(kept.document, index, status))
    }
    await folder.note(task, status, note, clock.now())
  }

  const brief = async (task: string): Promise<TaskBrief> => {
    const { document } = await file.lastGood()
    const index = document.indexOf.get(task)
    const entry = index === undefined ? undefined : document.tasks[index]
    if (!entry) {
      throw new LoopworkError('not_found', `there is no task ${task} in ${id}`, {
        hint: 'See `loopwork status` for the tasks there are.',
      })
    }
    const described = await folder.description(task)
    const own = document.descriptions[index ?? -1] ?? ''
    const text = described ?? own
    const prd = inProject(projectRoot, folder.pathOf(task))
    return {
      title: headingOf(described ?? '', task) ?? (entry.title || task),
      text,
      source: described === null ? `${id}#${task}` : prd,
      warnings: warningsOf(text, described === null ? null : prd, prd),
    }
  }

  return {
    kind: 'json',
    id,
    isRemote: false,
    read: async () => {
      const { revision, document } = await file.current()
      return { revision, tasks: document.tasks }
    },
    brief,
    tell: async (task, status, note = '') => {
      if (!(await isTold(task, status, note))) await alone((kept) => tellAlone(kept, task, status, note))
    },
    add: (task) => alone((kept) => addTask(file, folder, kept, task)),
    bell: bellOf(path).pipe(takeUntil(closed)),
    close: async () => {
      closed.next()
      closed.complete()
      await Promise.allSettled([last]) // whoever asked for it was told how it went
    },
  }
}

function warningsOf(text: string, found: string | null, expected: string): readonly string[] {
  const length = text.replace(/\s/g, '').length
  if (length === 0 && found === null) {
    return [`no description: neither ${expected} nor "description" in the backlog`]
  }
  if (length >= leastCharacters) return []
  return [`hardly any description: ${length} characters in ${found ?? '"description" in the backlog'}`]
}

/** A path as it is named in the log on any system: relative to the project, with forward slashes. */
function inProject(projectRoot: string, path: string): string {
  return relative(projectRoot, path).split(sep).join('/')
}
