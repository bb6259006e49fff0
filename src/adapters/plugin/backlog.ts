import { interval, map, Subject, takeUntil } from 'rxjs'
import { asFailure, LoopworkError } from '../../errors.ts'
import type { Priority } from '../../events/shapes.ts'
import type { Backlog, BacklogStatus, BacklogTask } from '../../ports/backlog.ts'

/** A task as a backend of the user's own gives it. */
type ForeignTask = {
  readonly id: string
  readonly title: string
  readonly description: string
  readonly status: string
  readonly priority: string
  readonly feature?: string | undefined
  readonly parentId?: string | undefined
  readonly dependsOn?: readonly string[] | undefined
  readonly metadata?: Readonly<Record<string, unknown>> | undefined
}

type Result = { readonly success: boolean; readonly error?: string | undefined }

/** What is called of a backend of the user's own. */
export type ForeignBackend = {
  readonly backendType: string
  getTask(id: string): Promise<ForeignTask | null>
  listPendingTasks(options?: { includeBlocked?: boolean }): Promise<readonly ForeignTask[]>
  markInProgress(id: string): Promise<Result>
  markCompleted(id: string, comment?: string): Promise<Result>
  markFailed(id: string, error: string): Promise<Result>
  resetToPending(id: string): Promise<Result>
  createTask?(task: Omit<ForeignTask, 'id' | 'status'>): Promise<ForeignTask>
  createSubTask?(parent: string, task: Omit<ForeignTask, 'id' | 'status'>): Promise<ForeignTask>
}

const pollMs = 30_000

const statuses: Readonly<Record<string, BacklogStatus>> = {
  pending: 'pending',
  'in-progress': 'in-progress',
  completed: 'completed',
  failed: 'failed',
  quarantined: 'failed',
  cancelled: 'cancelled',
  blocked: 'held',
}

/**
 * A backend of the user's own as a backlog. It can only list what is pending, so what was seen before is asked
 * for by its id; `known` are the ids that the log has open.
 */
export function openPluginBacklog(backend: ForeignBackend, known: readonly string[]): Backlog {
  const id = backend.backendType
  const seen = new Set(known)
  const closed = new Subject<void>()

  const asked = async <T>(doing: string, work: () => Promise<T>): Promise<T> => {
    try {
      return await work()
    } catch (thrown) {
      if (thrown instanceof LoopworkError) throw thrown
      throw new LoopworkError(
        'unavailable',
        `the backend ${id} failed while ${doing}: ${asFailure(thrown).message}`,
        {
          hint: 'See whether the service behind it can be reached.',
          cause: thrown,
        },
      )
    }
  }

  const read = async (): Promise<BacklogTask[]> => {
    const pending = await asked('listing tasks', () => backend.listPendingTasks({ includeBlocked: true }))
    const found = new Map(pending.map((task) => [task.id, task]))
    for (const other of seen) {
      if (found.has(other)) continue
      const task = await asked(`looking for ${other}`, () => backend.getTask(other))
      if (task) found.set(other, task)
      else seen.delete(other)
    }
    for (const task of found.keys()) seen.add(task)
    return [...found.values()].map((task) => taskOf(task, id))
  }

  const markings: Partial<Record<BacklogStatus, (task: string, note: string) => Promise<Result>>> = {
    'in-progress': (task) => backend.markInProgress(task),
    completed: (task, note) => backend.markCompleted(task, note),
    failed: (task, note) => backend.markFailed(task, note),
    pending: (task) => backend.resetToPending(task),
  }

  return {
    kind: id,
    id,
    isRemote: true,
    read: async () => {
      const tasks = await read()
      return { revision: JSON.stringify(tasks), tasks }
    },
    brief: async (task) => {
      const found = await asked(`looking for ${task}`, () => backend.getTask(task))
      if (!found) throw new LoopworkError('not_found', `there is no task ${task} in ${id}`)
      return { title: found.title, text: found.description, source: `${id}#${task}`, warnings: [] }
    },
    tell: async (task, status, note = '') => {
      const mark = markings[status]
      if (!mark) throw new LoopworkError('rejected', `the backend ${id} has no way to say ${status}`)
      const { success, error = 'it did not say why' } = await asked(`changing ${task}`, () =>
        mark(task, note),
      )
      if (success) return
      throw new LoopworkError(
        'unavailable',
        `the backend ${id} would not mark ${task} as ${status}: ${error}`,
      )
    },
    add: async ({ title, description = '', priority = 'medium', feature, parent, dependsOn, id: wanted }) => {
      if (title.trim() === '')
        throw new LoopworkError('invalid', 'a task needs a title', { hint: 'Name it.' })
      const { createTask, createSubTask } = backend
      const task = { title, description, priority, feature, parentId: parent, dependsOn }
      if (wanted !== undefined || (parent ? !createSubTask : !createTask)) {
        throw new LoopworkError('rejected', `the backend ${id} cannot add such a task`, {
          hint: wanted === undefined ? 'Add it where its tasks are kept.' : 'Leave out the id.',
        })
      }
      const added = await asked('adding a task', async () =>
        parent ? backend.createSubTask?.(parent, task) : backend.createTask?.(task),
      )
      seen.add(added?.id ?? '')
      return added?.id ?? ''
    },
    bell: interval(pollMs).pipe(
      map(() => undefined),
      takeUntil(closed),
    ),
    close: async () => {
      closed.next()
      closed.complete()
    },
  }
}

function taskOf(task: ForeignTask, backend: string): BacklogTask {
  const { id, title, parentId = null, feature = null, dependsOn = [], metadata = {} } = task
  const status = statuses[task.status]
  if (typeof id === 'string' && id !== '' && !id.includes('/') && status) {
    const priority = (['high', 'medium', 'low', 'background'] as const).find((one) => one === task.priority)
    return {
      id,
      title,
      status,
      priority: (priority ?? 'medium') as Priority,
      parent: parentId,
      feature,
      dependsOn,
      metadata,
    }
  }
  const what = status ? `the id ${JSON.stringify(id)}` : `the status ${JSON.stringify(task.status)}`
  throw new LoopworkError('invalid', `the backend ${backend} gave a task with ${what}`, {
    hint: `An id is a text without a slash; a status is one of ${Object.keys(statuses).join(', ')}.`,
  })
}
