import { resolveFollowUps } from './follow-up-settings.ts'
import { enabledIntegrations, type IntegrationName } from './integrations.ts'
import { pick, type Sources } from './sources.ts'
import { flag } from './values.ts'

/** Those that the configuration switches on, and what the command line adds to them or takes from them. */
export function chosenIntegrations(sources: Sources): readonly IntegrationName[] {
  const { config, env } = sources
  const isMonitored = pick(sources, { flag: 'withAiMonitor', schema: flag })
  const byFlag = { aiMonitor: isMonitored, dynamicTasks: resolveFollowUps(sources) !== null } as const
  const named = enabledIntegrations(config, env).filter(
    (name) => byFlag[name as keyof typeof byFlag] === undefined,
  )
  return [...named, ...(['dynamicTasks', 'aiMonitor'] as const).filter((name) => byFlag[name])]
}
