import type { TaskAnalyzer } from './task-analyzer.ts'

type Text = string | undefined
type Switch = boolean | undefined

/** Further options are kept for the plugin. */
type Open = { readonly [key: string]: unknown }

export type TelegramOptions = Open & {
  readonly botToken?: Text
  /** One chat, or several separated by commas; commands are heard from these alone. */
  readonly chatId?: string | number | undefined
  /** Whether commands are answered, next to notifications being sent. Default: true. */
  readonly bot?: Switch
  readonly disableNotification?: Switch
  readonly notifyOnStart?: Switch
  readonly notifyOnComplete?: Switch
  readonly notifyOnFail?: Switch
  readonly notifyOnLoopEnd?: Switch
}

export type SlackOptions = Open & {
  readonly webhookUrl?: Text
  readonly notifyOnStart?: Switch
  readonly notifyOnComplete?: Switch
  readonly notifyOnFail?: Switch
  readonly notifyOnLoopEnd?: Switch
}

export type WebhookOptions = Open & {
  readonly url?: Text
  /** `whsec_` and base64. Two during a change of keys: every message is then signed with both. */
  readonly secret?: string | readonly string[] | undefined
  /** Types of events that are sent. Default: all that a person is told of. */
  readonly events?: readonly string[] | undefined
}

export type DesktopOptions = Open & {
  readonly notifyOnStart?: Switch
  readonly notifyOnComplete?: Switch
  readonly notifyOnFail?: Switch
  readonly notifyOnLoopEnd?: Switch
}

export type OpenTelemetryOptions = Open & {
  /** Of an OTLP receiver over HTTP, without the path. Default: OTEL_EXPORTER_OTLP_ENDPOINT. */
  readonly endpoint?: Text
  readonly headers?: Readonly<Record<string, string>> | undefined
  readonly serviceName?: Text
}

export type DiscordOptions = Open & {
  readonly webhookUrl?: Text
  readonly username?: Text
  readonly avatarUrl?: Text
  readonly notifyOnStart?: Switch
  readonly notifyOnComplete?: Switch
  readonly notifyOnFail?: Switch
  readonly notifyOnLoopEnd?: Switch
  /** Who is named in the message on a failure. */
  readonly mentionOnFail?: Text
}

export type AsanaOptions = Open & {
  readonly accessToken?: Text
  readonly workspaceId?: Text
  readonly projectId?: Text
  readonly syncStatus?: Switch
  readonly syncComments?: Switch
}

export type EverhourOptions = Open & {
  readonly apiKey?: Text
  readonly projectId?: Text
  readonly autoStartTimer?: Switch
  readonly autoStopTimer?: Switch
  /** Hours. */
  readonly dailyLimit?: number | undefined
}

export type TodoistOptions = Open & {
  readonly apiToken?: Text
  readonly projectId?: Text
  readonly syncStatus?: Switch
  readonly addComments?: Switch
}

export type ClaudeCodeOptions = Open & {
  readonly enabled?: Switch
  readonly skillsDir?: Text
  readonly claudeMdPath?: Text
}

export type DashboardOptions = Open & {
  readonly enabled?: Switch
  readonly port?: number | undefined
  readonly host?: Text
  readonly autoOpen?: Switch
}

export type DynamicTasksOptions = Open & {
  readonly enabled?: Switch
  /** Whether what is found becomes parts of the task that it was found in. Default: true. */
  readonly createSubTasks?: Switch
  /** Tasks that one attempt may add. Default: 5 out of what its agent said, 10 that it asks for itself. */
  readonly maxTasksPerExecution?: number | undefined
  /** How many tasks may stand above one another, as parts of parts. Default: 3. */
  readonly maxDepth?: number | undefined
  /** Tasks that may be open at once before agents may add no more. Default: 500. */
  readonly maxOpenTasks?: number | undefined
  /** False: what is found waits for `loopwork follow-ups accept`. Default: true. */
  readonly autoApprove?: Switch
  /** Whether the run says what it has found. Default: true. */
  readonly logCreatedTasks?: Switch
  /** Who looks: set phrases, an agent that is asked, or an object of your own. Default: `pattern`. */
  readonly analyzer?: 'pattern' | 'llm' | TaskAnalyzer | undefined
}

export type AIMonitorOptions = Open & {
  readonly enabled?: Switch
  /** The model that is asked about trouble without a name. Default: the first of those that work. */
  readonly model?: Text
  /** Only says what is wrong and what it would do. */
  readonly dryRun?: Switch
}

/** What a frame can be about. */
export type IPCEvent = 'loop_start' | 'task_start' | 'task_complete' | 'task_failed' | 'loop_end'

export type IPCOptions = Open & {
  readonly enabled?: Switch
  /** Which frames are written. Default: all. */
  readonly filter?: ((event: IPCEvent) => boolean) | undefined
  /** Takes a frame, with the end of its line. Default: standard output. */
  readonly writeFn?: ((frame: string) => unknown) | undefined
}
