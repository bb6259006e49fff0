import type { PluginAnswer, PluginRequest } from '../config/plugin-context.ts'
import type {
  FindTaskOptions,
  Task,
  TaskBackend,
  TaskStatus,
  UpdateResult,
} from '../config/plugin-contract.ts'
import type { Backlog, BacklogStatus, BacklogTask } from '../ports/backlog.ts'

const statuses: Readonly<Record<BacklogStatus, TaskStatus>> = {
  pending: 'pending',
  held: 'pending',
  'in-progress': 'in-progress',
  completed: 'completed',
  failed: 'failed',
  cancelled: 'failed',
  skipped: 'failed',
}

/** A task of a backlog as hooks see it. */
export async function toTask(backlog: Backlog, task: BacklogTask): Promise<Task> {
  const { id, title, status, priority, feature, parent, dependsOn, metadata } = task
  const { text } = await backlog.brief(id)
  return {
    id,
    title,
    description: text,
    status: statuses[status],
    priority,
    ...(feature === null ? {} : { feature }),
    ...(parent === null ? {} : { parentId: parent }),
    dependsOn: [...dependsOn],
    metadata: { ...metadata },
  }
}

const ranks = ['high', 'medium', 'low', 'background']

/** The backlog as `onBackendReady` is given it. What is changed through it is asked of the log like all else. */
export function backendOf(
  backlog: Backlog,
  ask: (request: PluginRequest) => Promise<PluginAnswer>,
): TaskBackend {
  const all = async () => (await backlog.read()).tasks
  const toTasks = (found: readonly BacklogTask[]) => Promise.all(found.map((task) => toTask(backlog, task)))
  const pending = async (options: FindTaskOptions = {}): Promise<readonly BacklogTask[]> => {
    const tasks = await all()
    const fits = (task: BacklogTask): boolean =>
      task.status === 'pending' &&
      (options.feature === undefined || task.feature === options.feature) &&
      (options.priority === undefined || task.priority === options.priority) &&
      (options.parentId === undefined || task.parent === options.parentId) &&
      (options.topLevelOnly !== true || task.parent === null) &&
      (options.includeBlocked === true || areMet(task, tasks))
    const found = tasks.filter(fits)
    return found.toSorted((a, b) => ranks.indexOf(a.priority) - ranks.indexOf(b.priority))
  }
  const one = async (id: string) => (await all()).find((task) => task.id === id)
  const requested = async (request: PluginRequest): Promise<UpdateResult> => {
    const answer = await ask(request)
    return answer.accepted ? { success: true } : { success: false, error: answer.problem }
  }

  return {
    backendType: backlog.kind,
    findNextTask: async (options) => {
      const found = await pending(options)
      const next = found.find(({ id }) => id === options?.startFrom) ?? found[0]
      return next ? toTask(backlog, next) : null
    },
    getTask: async (id) => {
      const task = await one(id)
      return task ? toTask(backlog, task) : null
    },
    listPendingTasks: async (options) => toTasks(await pending(options)),
    markInProgress: async () => ({ success: false, error: 'only the loop begins tasks' }),
    markCompleted: (task, comment) =>
      requested({ type: 'complete', task, reason: comment || 'completed by a plugin' }),
    markFailed: (task, error) => requested({ type: 'fail', task, reason: error || 'failed by a plugin' }),
    resetToPending: (task) => requested({ type: 'reset', task, reason: 'reset by a plugin' }),
    getSubTasks: async (id) => toTasks((await all()).filter(({ parent }) => parent === id)),
    getDependencies: async (id) => {
      const dependsOn = (await one(id))?.dependsOn ?? []
      return toTasks((await all()).filter((task) => dependsOn.includes(task.id)))
    },
    areDependenciesMet: async (id) => {
      const task = await one(id)
      return task !== undefined && areMet(task, await all())
    },
  }
}

function areMet({ dependsOn }: BacklogTask, tasks: readonly BacklogTask[]): boolean {
  return dependsOn.every((id) => tasks.find((task) => task.id === id)?.status === 'completed')
}
