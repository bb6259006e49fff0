export {
  type GitHubBackendOptions,
  type JSONBackendOptions,
  withGitHubBackend,
  withJSONBackend,
} from './config/backend-wrappers.ts'
export type { BackendConfig, ConfigWrapper, LoopworkConfig } from './config/loopwork-config.ts'
export type { FindTaskOptions, Task, TaskBackend, UpdateResult } from './config/plugin-contract.ts'
