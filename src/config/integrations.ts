import type { LoopworkConfig } from './loopwork-config.ts'

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
    const options = config[key]
    if (options !== undefined) return options.enabled !== false
    return key === 'telegram' && Boolean(env.TELEGRAM_BOT_TOKEN && env.TELEGRAM_CHAT_ID)
  })
}
