export {
  withCli,
  withCliPaths,
  withModels,
  withRetry,
  withSelectionStrategy,
  withVerify,
} from './config/agent-wrappers.ts'
export {
  type GitHubBackendOptions,
  type JSONBackendOptions,
  type MarkdownBackendOptions,
  withBackend,
  withGitHubBackend,
  withJSONBackend,
  withMarkdownBackend,
} from './config/backend-wrappers.ts'
export { compose, defineConfig, defineConfigAsync, type PluginWrapper, withPlugin } from './config/compose.ts'
export {
  withAIMonitor,
  withAsana,
  withClaudeCode,
  withCostTracking,
  withDashboard,
  withDiscord,
  withDynamicTasks,
  withEverhour,
  withIPC,
  withTelegram,
  withTodoist,
} from './config/integration-wrappers.ts'
export type {
  BackendConfig,
  CliExecutorConfig,
  CommandConfig,
  CommandInput,
  ConfigWrapper,
  CostTrackingConfig,
  CustomBackend,
  LoopworkConfig,
  ModelConfig,
  ModelPrice,
  RetryConfig,
  SelectionStrategy,
  VerifyInput,
} from './config/loopwork-config.ts'
export type {
  ExtendedConfig,
  FindTaskOptions,
  LoopStats,
  LoopworkPlugin,
  PluginTaskResult,
  Task,
  TaskBackend,
  TaskContext,
  TaskMetadata,
  TaskStatus,
  UpdateResult,
} from './config/plugin-contract.ts'
export type {
  AIMonitorOptions,
  AsanaOptions,
  ClaudeCodeOptions,
  DashboardOptions,
  DiscordOptions,
  DynamicTasksOptions,
  EverhourOptions,
  IPCOptions,
  TelegramOptions,
  TodoistOptions,
} from './config/plugin-options.ts'
export { createModel, ModelPresets, RetryPresets } from './config/presets.ts'
export { type FailureCode, LoopworkError } from './errors.ts'
export type { DomainEvent, Fact } from './events/catalogue.ts'
