import type { LoopworkConfig } from './loopwork-config.ts'
import type { AIMonitorOptions } from './plugin-options.ts'

/** The keys of the configuration that switch an integration on. */
const keys = [
  'telegram',
  'discord',
  'slack',
  'webhook',
  'desktop',
  'asana',
  'everhour',
  'todoist',
  'openTelemetry',
  'dynamicTasks',
  'aiMonitor',
] as const

/** Their names are those of plugins, too. */
export const integrationKeys: ReadonlySet<string> = new Set(keys)

/** The hooks of all plugins are delivered together, so that they are called in order; under this name. */
export const hooksOwner = 'hooks'

export type IntegrationName = (typeof keys)[number]

/** The integrations that are on: those with options, and Telegram also where the environment names bot and chat. */
export function enabledIntegrations(
  config: LoopworkConfig,
  env: Readonly<Record<string, string>>,
): IntegrationName[] {
  return keys.filter((key) => {
    const options = key === 'aiMonitor' ? aiMonitorOptions(config) : config[key]
    if (options !== undefined) return options.enabled !== false
    return key === 'telegram' && Boolean(env.TELEGRAM_BOT_TOKEN && env.TELEGRAM_CHAT_ID)
  })
}

/** The options of the monitor; `withAIMonitor` may also stand among the plugins. */
export function aiMonitorOptions({ aiMonitor, plugins = [] }: LoopworkConfig): AIMonitorOptions | undefined {
  if (aiMonitor !== undefined) return aiMonitor
  const plugin = plugins.find((one) => typeof one !== 'string' && one.name === 'ai-monitor')
  return plugin && 'options' in Object(plugin)
    ? (plugin as { options?: AIMonitorOptions }).options
    : undefined
}
