export {
  type GitHubBackendOptions,
  type JSONBackendOptions,
  type MarkdownBackendOptions,
  withBackend,
  withGitHubBackend,
  withJSONBackend,
  withMarkdownBackend,
} from './config/backend-wrappers.ts'
export type { BackendConfig, ConfigWrapper, CustomBackend, LoopworkConfig } from './config/loopwork-config.ts'
export type { FindTaskOptions, Task, TaskBackend, UpdateResult } from './config/plugin-contract.ts'
export type {
  Backlog,
  BacklogSnapshot,
  BacklogStatus,
  BacklogTask,
  Delivery,
  NewTask,
  TaskBrief,
} from './ports/backlog.ts'
