import { createHash } from 'node:crypto'
import { appendFileSync, closeSync, openSync, readdirSync, readFileSync, statSync, watch } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join, relative, resolve } from 'node:path'
import locks from 'fs-native-extensions'
import { Observable, Subject, share, takeUntil } from 'rxjs'
import { LoopworkError } from '../../errors.ts'
import type { Priority } from '../../events/shapes.ts'
import type { Backlog } from '../../ports/backlog.ts'
import type { Clock } from '../../ports/clock.ts'
import { type Item, itemsIn, withMark } from './checklist.ts'
import { addItem, assertSound, idUnderKey } from './new-item.ts'
import { replaceText } from './replace-text.ts'

export type MarkdownBacklogOptions = {
  readonly projectRoot: string
  /** A file, or a folder with files that end in `.md`. Absolute, or relative to the project. */
  readonly path: string
  readonly clock: Clock
  /** Of items that say none; `medium` unless it is given. */
  readonly defaultPriority?: Priority
}

/**
 * Checklists in Markdown as a backlog: every `- [ ] item` is a task. Of a file only the mark in the brackets
 * changes; what is said of a task's end is kept in a log beside it.
 */
export function openMarkdownBacklog(options: MarkdownBacklogOptions): Backlog {
  const { projectRoot, path: given, clock, defaultPriority: usual = 'medium' } = options
  const path = resolve(projectRoot, given)
  const id = relative(projectRoot, path).replaceAll('\\', '/') || basename(path)
  const closed = new Subject<void>()

  const read = (): { revision: string; items: readonly Item[] } => {
    const texts = filesAt(path, id).map((file) => [file, readFileSync(file, 'utf8')] as const)
    const items = texts.flatMap(([file, text]) => itemsIn(relative(projectRoot, file), text, usual))
    assertUnique(items)
    return { revision: createHash('sha256').update(JSON.stringify(texts)).digest('hex'), items }
  }

  const itemOf = (task: string): Item => {
    const item = read().items.find((one) => one.task.id === task)
    if (item) return item
    throw new LoopworkError('not_found', `there is no task ${task} in ${id}`, {
      hint: 'All of them: loopwork task list.',
    })
  }

  /** The whole line of an item. */
  const wordsOf = ({ file, line }: Item): string =>
    readFileSync(resolve(projectRoot, file), 'utf8').split('\n')[line - 1] ?? ''

  return {
    kind: 'markdown',
    id,
    isRemote: false,
    read: async () => {
      const { revision, items } = read()
      return { revision, tasks: items.map(({ task }) => task) }
    },
    brief: async (task) => {
      const { task: found, text, file, line } = itemOf(task)
      return { title: found.title, text: text || found.title, source: `${file}:${line}`, warnings: [] }
    },
    tell: (task, status, note) =>
      alone(path, () => {
        const item = read().items.find((one) => one.task.id === task)
        if (!item) return // whoever removed it does not want to be told
        const file = resolve(projectRoot, item.file)
        if (item.task.status !== status)
          replaceText(file, withMark(readFileSync(file, 'utf8'), item.offset, status))
        const outcome = { failed: 'FAILED', completed: 'COMPLETED' }[status as string]
        if (!outcome || !note) return
        keepNote(`${file}.log`, `${task} ${outcome}: ${note}\n`, clock.now())
      }),
    add: (task) =>
      alone(path, () => {
        const { items } = read()
        const earlier = task.key === undefined ? null : idUnderKey(task.key, items, wordsOf)
        if (earlier !== null) return earlier
        assertSound(task, items, id)
        const last = filesAt(path, id).at(-1) ?? join(path, 'tasks.md')
        const { priority, ...unmarked } = task
        return addItem(priority === usual ? unmarked : task, items, last, projectRoot)
      }),
    bell: bellOf(path).pipe(takeUntil(closed)),
    close: async () => {
      closed.next()
      closed.complete()
    },
  }
}

function filesAt(path: string, id: string): string[] {
  try {
    if (!statSync(path).isDirectory()) return [path]
    const names = readdirSync(path).filter((name) => name.endsWith('.md') && !name.startsWith('.'))
    return names.sort().map((name) => join(path, name))
  } catch (thrown) {
    throw new LoopworkError('not_found', `there is no checklist at ${id}`, {
      hint: 'Make the file, with a line such as "- [ ] What is to be done", or name another.',
      cause: thrown,
    })
  }
}

function assertUnique(items: readonly Item[]): void {
  const seen = new Map<string, Item>()
  for (const item of items) {
    const other = seen.get(item.task.id)
    if (other) {
      throw new LoopworkError(
        'invalid',
        `${item.file}:${item.line}: this item and ${other.file}:${other.line} have the same id, ${item.task.id}`,
        { hint: 'Give one of them an id of its own, at its end: {#another-id}.' },
      )
    }
    seen.set(item.task.id, item)
  }
}

/** Keeps what was said of a task's end; once, if it is told again at once. */
function keepNote(path: string, line: string, at: Date): void {
  const kept = readFileSync(path, { encoding: 'utf8', flag: 'a+' })
  if (!kept.endsWith(line)) appendFileSync(path, `[${at.toISOString()}] ${line}`)
}

/** While this process alone may write. The lock is outside of the project, and gone when its holder is. */
async function alone<T>(path: string, work: () => T): Promise<T> {
  const name = createHash('sha256').update(path).digest('hex').slice(0, 16)
  const fd = openSync(join(tmpdir(), `loopwork-${name}.lock`), 'a+', 0o600)
  try {
    await locks.waitForLock(fd)
    return work()
  } finally {
    closeSync(fd) // gives the lock back
  }
}

/** Rings when something in the folder has changed. */
function bellOf(path: string): Observable<void> {
  return new Observable<void>((listener) => {
    const watcher = watch(statSync(path).isDirectory() ? path : dirname(path), { persistent: false }, () =>
      listener.next(),
    )
    watcher.on('error', () => watcher.close()) // the folder is gone: who reads will be told
    return () => watcher.close()
  }).pipe(share())
}
