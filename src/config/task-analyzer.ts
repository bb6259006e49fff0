import type { PluginTaskResult, Task } from './plugin-contract.ts'

/** A task that an analyzer suggests. What it leaves out is decided by the options of `withDynamicTasks`. */
export type SuggestedTask = {
  readonly title: string
  readonly description?: string | undefined
  readonly priority?: Task['priority'] | undefined
  /** Whether it is a part of the task that was analyzed. */
  readonly isSubTask?: boolean | undefined
  readonly dependsOn?: readonly string[] | undefined
}

/** What an analyzer makes of a task that has ended. */
export type TaskAnalysisResult = {
  readonly shouldCreateTasks: boolean
  readonly suggestedTasks: readonly SuggestedTask[]
  readonly reason?: string | undefined
}

/** Looks over what a task has left to be done, in the place of the built-in ones. */
export type TaskAnalyzer = {
  analyze(task: Task, result: PluginTaskResult): TaskAnalysisResult | Promise<TaskAnalysisResult>
}
