import type { FollowUpSettings } from '../config/follow-up-settings.ts'
import { aiMonitorOptions, type IntegrationName } from '../config/integrations.ts'
import type { LoopworkConfig } from '../config/loopwork-config.ts'
import type { LoopworkPlugin } from '../config/plugin-contract.ts'
import type { MonitorOffice } from './ai-monitor.ts'
import type { FollowUpOffice } from './dynamic-tasks.ts'

/** What integrations are given that do more than to tell others. */
export type Offices = {
  readonly monitor: MonitorOffice | null
  readonly followUps: { readonly settings: FollowUpSettings; readonly office: FollowUpOffice } | null
}
type Load = (config: LoopworkConfig, offices: Offices) => Promise<LoopworkPlugin>

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
  aiMonitor: async (config, { monitor }) => {
    if (!monitor) return { name: 'aiMonitor' }
    return (await import('./ai-monitor.ts')).aiMonitor(aiMonitorOptions(config)?.dryRun ?? false, monitor)
  },
  dynamicTasks: async ({ dynamicTasks = {} }, { followUps }) => {
    if (!followUps) return { name: 'dynamicTasks' }
    const load = await import('./dynamic-tasks.ts')
    return load.dynamicTasks(dynamicTasks.analyzer, followUps.settings, followUps.office)
  },
}

/** Integrations as plugins. */
export function integrationsOf(
  config: LoopworkConfig,
  names: readonly IntegrationName[],
  offices: Offices,
): Promise<LoopworkPlugin[]> {
  return Promise.all(names.map((name) => loaders[name](config, offices)))
}
