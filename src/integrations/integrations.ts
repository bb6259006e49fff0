import { enabledIntegrations, type IntegrationName } from '../config/integrations.ts'
import type { LoopworkConfig } from '../config/loopwork-config.ts'
import type { LoopworkPlugin } from '../config/plugin-contract.ts'

type Env = Readonly<Record<string, string>>
type Load = (config: LoopworkConfig) => Promise<LoopworkPlugin>

/** Every integration that comes with the program, loaded only where it is used. */
const loaders: Readonly<Record<IntegrationName, Load>> = {
  telegram: async ({ telegram = {} }) => (await import('./telegram.ts')).telegram(telegram),
  discord: async ({ discord = {} }) => (await import('./discord.ts')).discord(discord),
  slack: async ({ slack = {} }) => (await import('./slack.ts')).slack(slack),
  webhook: async ({ webhook = {} }) => (await import('./webhook.ts')).webhook(webhook),
  desktop: async ({ desktop = {} }) => (await import('./desktop.ts')).desktop(desktop),
  asana: async ({ asana = {} }) => (await import('./asana.ts')).asana(asana),
  everhour: async ({ everhour = {} }) => (await import('./everhour.ts')).everhour(everhour),
  todoist: async ({ todoist = {} }) => (await import('./todoist.ts')).todoist(todoist),
  openTelemetry: async ({ openTelemetry = {} }) =>
    (await import('./open-telemetry.ts')).openTelemetry(openTelemetry),
}

/** The integrations that a configuration switches on, as plugins. */
export function integrationsOf(config: LoopworkConfig, env: Env): Promise<LoopworkPlugin[]> {
  return Promise.all(enabledIntegrations(config, env).map((name) => loaders[name](config)))
}
