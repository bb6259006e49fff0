export type { BackendConfig, CustomBackend } from './config/backend-config.ts'
export {
  type GitHubBackendOptions,
  type JSONBackendOptions,
  type MarkdownBackendOptions,
  withBackend,
  withGitHubBackend,
  withJSONBackend,
  withMarkdownBackend,
} from './config/backend-wrappers.ts'
export type { ConfigWrapper, LoopworkConfig } from './config/loopwork-config.ts'
export type {
  BackendPlugin,
  FindTaskOptions,
  Task,
  TaskBackend,
  UpdateResult,
} from './config/plugin-contract.ts'
export type {
  Backlog,
  BacklogSnapshot,
  BacklogStatus,
  BacklogTask,
  Delivery,
  NewTask,
  TaskBrief,
} from './ports/backlog.ts'
