import type { BackendConfig } from './backend-config.ts'
import type { LoopworkPlugin } from './plugin-contract.ts'
import type {
  AIMonitorOptions,
  AsanaOptions,
  ClaudeCodeOptions,
  DashboardOptions,
  DesktopOptions,
  DiscordOptions,
  DynamicTasksOptions,
  EverhourOptions,
  IPCOptions,
  OpenTelemetryOptions,
  SlackOptions,
  TelegramOptions,
  TodoistOptions,
  WebhookOptions,
} from './plugin-options.ts'

/** A program of your own that works off tasks. */
export type CommandConfig = {
  readonly file: string
  readonly args?: readonly string[] | undefined
  /** How it is given the prompt. Default: on standard input. */
  readonly prompt?: 'stdin' | 'argument' | undefined
}

/** A program as an object, as a line that is split like in a shell, or as a list of words. */
export type CommandInput = string | readonly string[] | CommandConfig

/** One agent and model that tasks are given to. */
export type ModelConfig = {
  readonly name?: string | undefined
  readonly displayName?: string | undefined
  readonly cli: string
  readonly model?: string | undefined
  /** Seconds. */
  readonly timeout?: number | undefined
  readonly args?: readonly string[] | undefined
  readonly env?: Readonly<Record<string, string>> | undefined
  /** What `cost-aware` goes by. Default: 50. */
  readonly costWeight?: number | undefined
  readonly enabled?: boolean | undefined
}

/** How failures are met. Times in milliseconds. */
export type RetryConfig = {
  readonly rateLimitWaitMs?: number | undefined
  readonly exponentialBackoff?: boolean | undefined
  readonly baseDelayMs?: number | undefined
  readonly maxDelayMs?: number | undefined
  readonly retrySameModel?: boolean | undefined
  readonly maxRetriesPerModel?: number | undefined
}

export type SelectionStrategy = 'round-robin' | 'priority' | 'cost-aware' | 'random'

/** Which agents and models are used, and how. */
export type CliExecutorConfig = {
  readonly models?: readonly ModelConfig[] | undefined
  readonly fallbackModels?: readonly ModelConfig[] | undefined
  readonly cliPaths?: Readonly<Record<string, string | undefined>> | undefined
  readonly retry?: RetryConfig | undefined
  readonly selectionStrategy?: SelectionStrategy | undefined
  /** Between asking an agent to end and making it end. Default: 5000. */
  readonly sigkillDelayMs?: number | undefined
  readonly progressIntervalMs?: number | undefined
  readonly preferPty?: boolean | undefined
}

/** What a model costs, in dollars per million tokens. */
export type ModelPrice = {
  readonly inputPer1M: number
  readonly outputPer1M: number
  readonly cacheReadPer1M?: number | undefined
  readonly cacheWritePer1M?: number | undefined
}

export type CostTrackingConfig = {
  readonly enabled?: boolean | undefined
  /** Dollars. */
  readonly dailyBudget?: number | undefined
  /** Share of the budget, from 0 to 1, at which a person is told. Default: 0.8. */
  readonly alertThreshold?: number | undefined
  /** Whose price is taken for a model that has none of its own, or is unknown. */
  readonly defaultModel?: string | undefined
  readonly prices?: Readonly<Record<string, ModelPrice>> | undefined
}

/** How much of the prompts, outputs and logs of past sessions is kept. `false` for no bound. */
export type RetentionConfig = {
  /** Default: 30. */
  readonly days?: number | false | undefined
  /** Sessions of each namespace. Default: 100. */
  readonly sessions?: number | false | undefined
  /** Of all namespaces together. Default: 2048. */
  readonly megabytes?: number | false | undefined
}

/** A command that must exit with 0 before a task counts as done. `timeout` in seconds. */
export type VerifyInput =
  | string
  | readonly string[]
  | { readonly command: string | readonly string[]; readonly timeout?: number | undefined }

/** What a `loopwork.config.ts` gives. Everything may be left out. */
export type LoopworkConfig = {
  readonly backend?: BackendConfig | undefined
  /** `claude`, `opencode`, `gemini`, `codex`, `command`, or a name out of `agents`. Default: `claude`. */
  readonly cli?: string | undefined
  readonly model?: string | undefined
  readonly cliConfig?: CliExecutorConfig | undefined
  /** The program behind `cli: 'command'`. */
  readonly command?: CommandInput | undefined
  /** Programs of your own, by the name that `cli` and models call them. */
  readonly agents?: Readonly<Record<string, CommandInput>> | undefined
  readonly verify?: VerifyInput | undefined
  /** Default: 50. */
  readonly maxIterations?: number | undefined
  /** Seconds an attempt may take. Default: 600. */
  readonly timeout?: number | undefined
  /** The same as `timeout`. */
  readonly taskTimeout?: number | undefined
  /** Bytes an attempt may print. Default: 256 MiB. */
  readonly maxOutputBytes?: number | undefined
  /** What is kept of past sessions. `false` keeps all. */
  readonly retention?: RetentionConfig | false | undefined
  /** Seconds a loop may be silent, stopped or hung, before another may take its place. Default: 30. */
  readonly lease?: number | undefined
  readonly namespace?: string | undefined
  readonly feature?: string | undefined
  readonly defaultPriority?: number | 'high' | 'medium' | 'low' | 'background' | undefined
  readonly autoConfirm?: boolean | undefined
  /** The same as `autoConfirm`. */
  readonly nonInteractive?: boolean | undefined
  readonly dryRun?: boolean | undefined
  readonly debug?: boolean | undefined
  readonly logLevel?: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'silent' | undefined
  readonly parallel?: number | boolean | undefined
  readonly parallelFailureMode?: 'continue' | 'abort-all' | undefined
  /** Further tries after the first has failed. Default: 3. */
  readonly maxRetries?: number | undefined
  /** Milliseconds. Default: 3000. */
  readonly retryDelay?: number | undefined
  /** Milliseconds between two tasks. Default: 0. */
  readonly taskDelay?: number | undefined
  /** Failures in a row that end a run. Default: 5. */
  readonly circuitBreakerThreshold?: number | undefined
  readonly selfHealingCooldown?: number | undefined
  readonly orphanWatch?: Readonly<Record<string, unknown>> | undefined
  readonly costTracking?: CostTrackingConfig | undefined
  readonly dynamicTasks?: DynamicTasksOptions | undefined
  /** Plugins, or the names of packages that offer one. */
  readonly plugins?: readonly (LoopworkPlugin | string)[] | undefined
  readonly telegram?: TelegramOptions | undefined
  readonly discord?: DiscordOptions | undefined
  readonly slack?: SlackOptions | undefined
  readonly webhook?: WebhookOptions | undefined
  readonly desktop?: DesktopOptions | undefined
  readonly openTelemetry?: OpenTelemetryOptions | undefined
  readonly asana?: AsanaOptions | undefined
  readonly everhour?: EverhourOptions | undefined
  readonly todoist?: TodoistOptions | undefined
  readonly claudeCode?: ClaudeCodeOptions | undefined
  readonly dashboard?: DashboardOptions | undefined
  readonly aiMonitor?: AIMonitorOptions | undefined
  readonly ipc?: IPCOptions | undefined
}

/** A step that gives a configuration something more. */
export type ConfigWrapper = (config: LoopworkConfig) => LoopworkConfig
