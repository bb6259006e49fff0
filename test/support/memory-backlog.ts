import { Subject } from 'rxjs'
import { LoopworkError } from '../../src/errors.ts'
import type { Backlog, BacklogTask } from '../../src/ports/backlog.ts'

/** A backlog in memory: the smallest one that keeps the contract, and an example for others. */
export function createMemoryBacklog(id: string): Backlog {
  const tasks = new Map<string, BacklogTask & { readonly text: string }>()
  const bell = new Subject<void>()
  let revision = 0

  const put = (task: BacklogTask & { readonly text: string }): void => {
    tasks.set(task.id, task)
    revision += 1
    bell.next()
  }
  const get = (task: string) => {
    const found = tasks.get(task)
    if (found) return found
    throw new LoopworkError('not_found', `there is no task ${task} in ${id}`, { hint: 'Add it first.' })
  }

  return {
    kind: 'memory',
    id,
    isRemote: false,
    read: async () => ({ revision: String(revision), tasks: [...tasks.values()] }),
    brief: async (task) => {
      const { title, text } = get(task)
      return { title, text, source: `${id}#${task}`, warnings: [] }
    },
    tell: async (task, status) => {
      const found = tasks.get(task)
      if (found && found.status !== status) put({ ...found, status })
    },
    add: async ({ id: wanted, title, description = '', priority = 'medium', ...more }) => {
      const { feature = null, parent = null, dependsOn = [] } = more
      for (const other of [...(parent ? [parent] : []), ...dependsOn]) get(other)
      if (title.trim() === '')
        throw new LoopworkError('invalid', 'a task needs a title', { hint: 'Name it.' })
      const name = wanted ?? `TASK-${tasks.size + 1}`
      const relations = { feature, parent, dependsOn }
      if (tasks.has(name))
        throw new LoopworkError('rejected', `there is already a task ${name}`, { hint: 'Choose another id.' })
      put({ id: name, title, status: 'pending', priority, ...relations, metadata: {}, text: description })
      return name
    },
    bell,
    close: async () => bell.complete(),
  }
}
