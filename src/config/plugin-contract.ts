import type { LoopworkConfig } from './loopwork-config.ts'
import type { PluginContext } from './plugin-context.ts'

/** Where a task stands, as plugins see it. */
export type TaskStatus = 'pending' | 'in-progress' | 'completed' | 'failed'

/** Whatever the user keeps with a task: ids in other systems, and fields of their own. */
export type TaskMetadata = {
  asanaGid?: string
  everhourId?: string
  todoistId?: string
  [key: string]: unknown
}

/** A task as plugins see it. `description` is the whole text of what is to be done. */
export type Task = {
  id: string
  title: string
  description: string
  status: TaskStatus
  priority: 'high' | 'medium' | 'low' | 'background'
  feature?: string
  parentId?: string
  dependsOn?: string[]
  metadata?: TaskMetadata
}

/** The attempt that a hook is told of. `iteration` counts from 1. */
export type TaskContext = {
  task: Task
  iteration: number
  startTime: Date
  namespace: string
}

/** What came of an attempt. `duration` in milliseconds. */
export type PluginTaskResult = {
  duration: number
  success: boolean
  output?: string
}

/** What came of a loop. `duration` in milliseconds. */
export type LoopStats = {
  completed: number
  failed: number
  duration: number
}

/** Which tasks are asked for. */
export type FindTaskOptions = {
  feature?: string
  priority?: Task['priority']
  startFrom?: string
  parentId?: string
  includeBlocked?: boolean
  topLevelOnly?: boolean
}

/** Whether a change was made, and why not. */
export type UpdateResult = { success: boolean; error?: string }

/** Where tasks come from, as plugins see it. */
export type TaskBackend = {
  readonly backendType: string
  findNextTask(options?: FindTaskOptions): Promise<Task | null>
  getTask(taskId: string): Promise<Task | null>
  listPendingTasks(options?: FindTaskOptions): Promise<Task[]>
  markInProgress(taskId: string): Promise<UpdateResult>
  markCompleted(taskId: string, comment?: string): Promise<UpdateResult>
  markFailed(taskId: string, error: string): Promise<UpdateResult>
  resetToPending(taskId: string): Promise<UpdateResult>
  getSubTasks(taskId: string): Promise<Task[]>
  getDependencies(taskId: string): Promise<Task[]>
  areDependenciesMet(taskId: string): Promise<boolean>
}

/** What the predecessor's interface has besides; it may be there, and is not needed. */
type Optional = {
  readonly name: string
  findNextTask(options?: FindTaskOptions): Promise<Task | null>
  claimTask(options?: FindTaskOptions): Promise<Task | null>
  countPending(options?: FindTaskOptions): Promise<number>
  resetAllInProgress(): Promise<unknown>
  addComment(taskId: string, comment: string): Promise<UpdateResult>
  ping(): Promise<{ ok: boolean; latencyMs: number; error?: string }>
  getSubTasks(taskId: string): Promise<Task[]>
  getDependencies(taskId: string): Promise<Task[]>
  getDependents(taskId: string): Promise<Task[]>
  areDependenciesMet(taskId: string): Promise<boolean>
  createTask(task: Omit<Task, 'id' | 'status'>): Promise<Task>
  createSubTask(parentId: string, task: Omit<Task, 'id' | 'status'>): Promise<Task>
  addDependency(taskId: string, dependsOn: string): Promise<UpdateResult>
  removeDependency(taskId: string, dependsOn: string): Promise<UpdateResult>
  setPriority(taskId: string, priority: Task['priority']): Promise<UpdateResult>
}

/** A backend of your own with the predecessor's interface, for `withBackend`. */
export type BackendPlugin = Pick<
  TaskBackend,
  | 'backendType'
  | 'getTask'
  | 'listPendingTasks'
  | 'markInProgress'
  | 'markCompleted'
  | 'markFailed'
  | 'resetToPending'
> &
  Partial<Optional>

/** A configuration to which a plugin may have added keys of its own. */
export type ExtendedConfig = LoopworkConfig & { readonly [key: string]: unknown }

type MaybePromise<T> = T | Promise<T>

/**
 * Something that listens to a loop: by `setup`, by hooks, or by both. Two with the same name are an error,
 * unless the later says `override`: then it takes the place of the earlier. What `setup` gives back, a function
 * or a subscription, is ended with the plugin.
 */
export type LoopworkPlugin = {
  readonly name: string
  readonly override?: boolean
  setup?(context: PluginContext): unknown
  onConfigLoad?(config: LoopworkConfig): MaybePromise<LoopworkConfig | ExtendedConfig>
  onBackendReady?(backend: TaskBackend): MaybePromise<void>
  onLoopStart?(namespace: string): MaybePromise<void>
  onLoopEnd?(stats: LoopStats): MaybePromise<void>
  onTaskStart?(context: TaskContext): MaybePromise<void>
  onTaskComplete?(context: TaskContext, result: PluginTaskResult): MaybePromise<void>
  onTaskFailed?(context: TaskContext, error: string): MaybePromise<void>
}
