export {
  withCli,
  withCliPaths,
  withModels,
  withRetry,
  withSelectionStrategy,
  withVerify,
} from './config/agent-wrappers.ts'
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
export { compose, defineConfig, defineConfigAsync, type PluginWrapper, withPlugin } from './config/compose.ts'
export {
  withAIMonitor,
  withAsana,
  withClaudeCode,
  withCostTracking,
  withDashboard,
  withDesktopNotifications,
  withDiscord,
  withDynamicTasks,
  withEverhour,
  withIPC,
  withOpenTelemetry,
  withSlack,
  withTelegram,
  withTodoist,
  withWebhook,
} from './config/integration-wrappers.ts'
export type {
  CliExecutorConfig,
  CommandConfig,
  CommandInput,
  ConfigWrapper,
  CostTrackingConfig,
  LoopworkConfig,
  ModelConfig,
  ModelPrice,
  RetryConfig,
  SelectionStrategy,
  VerifyInput,
} from './config/loopwork-config.ts'
export type {
  Delivery,
  DeliveryPolicy,
  EventType,
  FactOf,
  Happening,
  LoopHappening,
  PluginAnswer,
  PluginContext,
  PluginFunction,
  PluginRequest,
  PluginTask,
  TaskHappening,
} from './config/plugin-context.ts'
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
  DesktopOptions,
  DiscordOptions,
  DynamicTasksOptions,
  EverhourOptions,
  IPCEvent,
  IPCOptions,
  OpenTelemetryOptions,
  SlackOptions,
  TelegramOptions,
  TodoistOptions,
  WebhookOptions,
} from './config/plugin-options.ts'
export { createModel, ModelPresets, RetryPresets } from './config/presets.ts'
export type { SuggestedTask, TaskAnalysisResult, TaskAnalyzer } from './config/task-analyzer.ts'
export { type FailureCode, LoopworkError } from './errors.ts'
export type { DomainEvent, Fact } from './events/catalogue.ts'
export { ofType } from './plugins/of-type.ts'
