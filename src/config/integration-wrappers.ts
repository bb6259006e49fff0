import { type PluginWrapper, pluginWrapper } from './compose.ts'
import { emitFrames } from './ipc.ts'
import type { ConfigWrapper, CostTrackingConfig } from './loopwork-config.ts'
import type { PluginContext } from './plugin-context.ts'
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

/** What is spent is counted, and bounded by a daily budget. */
export function withCostTracking(options: CostTrackingConfig = {}): ConfigWrapper {
  return (config) => ({ ...config, costTracking: { enabled: true, ...options } })
}

/** Messages to a Telegram chat. */
export function withTelegram(telegram: TelegramOptions = {}): ConfigWrapper {
  return (config) => ({ ...config, telegram })
}

/** Messages to a Discord channel. */
export function withDiscord(discord: DiscordOptions = {}): ConfigWrapper {
  return (config) => ({ ...config, discord })
}

/** Messages to a Slack channel. */
export function withSlack(slack: SlackOptions = {}): ConfigWrapper {
  return (config) => ({ ...config, slack })
}

/** Messages to a web address of your own, signed by the Standard Webhooks specification. */
export function withWebhook(webhook: WebhookOptions = {}): ConfigWrapper {
  return (config) => ({ ...config, webhook })
}

/** Notifications on the desktop of this machine. */
export function withDesktopNotifications(desktop: DesktopOptions = {}): ConfigWrapper {
  return (config) => ({ ...config, desktop })
}

/** Traces and metrics to an OTLP receiver. */
export function withOpenTelemetry(openTelemetry: OpenTelemetryOptions = {}): ConfigWrapper {
  return (config) => ({ ...config, openTelemetry })
}

/** Tasks kept in step with Asana. */
export function withAsana(asana: AsanaOptions = {}): ConfigWrapper {
  return (config) => ({ ...config, asana })
}

/** Time kept with Everhour. */
export function withEverhour(everhour: EverhourOptions = {}): ConfigWrapper {
  return (config) => ({ ...config, everhour })
}

/** Tasks kept in step with Todoist. */
export function withTodoist(todoist: TodoistOptions = {}): ConfigWrapper {
  return (config) => ({ ...config, todoist })
}

/** The dashboard in the browser. */
export function withDashboard(dashboard: DashboardOptions = {}): ConfigWrapper {
  return (config) => ({ ...config, dashboard })
}

/** Tasks that follow from what an agent reports. */
export function withDynamicTasks(dynamicTasks: DynamicTasksOptions = {}): ConfigWrapper {
  return (config) => ({ ...config, dynamicTasks })
}

/** Skills and notes for Claude Code. A wrapper that can also stand among `plugins`. */
export function withClaudeCode(options: ClaudeCodeOptions = {}): PluginWrapper<ClaudeCodeOptions> {
  return pluginWrapper('claude-code', options, (config) => ({ ...config, claudeCode: options }))
}

/** A watch over the run's log. A wrapper that can also stand among `plugins`. */
export function withAIMonitor(options: AIMonitorOptions = {}): PluginWrapper<AIMonitorOptions> {
  return pluginWrapper('ai-monitor', options, (config) => ({ ...config, aiMonitor: options }))
}

/** Frames on standard output for a program that started the run. Can also stand among `plugins`. */
export function withIPC(options: IPCOptions = {}): PluginWrapper<IPCOptions> {
  const setup = (context: PluginContext): void => emitFrames(context, options)
  const note: ConfigWrapper = (config) => ({ ...config, ipc: options })
  return pluginWrapper('ipc-emitter', options, note, options.enabled === false ? undefined : setup)
}
