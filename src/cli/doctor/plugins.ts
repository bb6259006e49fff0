import { fate, isNoteworthy, type PluginStatus } from '../../plugins/overview.ts'
import type { Io } from '../io.ts'
import type { Project } from '../open-project.ts'
import { type Finding, good, warning } from './finding.ts'

/** The integrations that are switched on: whether each has what it needs, before anything has run. */
export async function lookAtIntegrations({ config, settings }: Project, { env }: Io): Promise<Finding[]> {
  if (settings.integrations.length === 0) return []
  const { integrationNeeds } = await import('../../daemon/integration-needs.ts')
  return (await integrationNeeds(config, env)).map(({ name, problem }) =>
    problem === null
      ? good(subjectOf(name), 'has what it needs')
      : warning(subjectOf(name), problem, 'Until then it stays silent; `enabled: false` switches it off.'),
  )
}

/** How plugins have fared so far, where a person should look. */
export function lookAtReports(plugins: readonly PluginStatus[]): Finding[] {
  return plugins
    .filter((status) => status.state !== 'unconfigured' && isNoteworthy(status)) // what it lacks is asked anew above
    .map((status) =>
      warning(subjectOf(status.plugin), `${fate(status)} (namespace ${status.namespace})`, cureOf(status)),
    )
}

function cureOf({ plugin, state, parked }: PluginStatus): string {
  const letGo = `let go with \`loopwork plugins skip ${plugin}\`.`
  if (state === 'removed') return `Put it back and start a run, or ${letGo}`
  if (parked.length === 0 && state !== 'suspended') return 'More: `loopwork plugins`.'
  return `Then \`loopwork plugins retry ${plugin}\`, or ${letGo}`
}

function subjectOf(plugin: string): string {
  return `Plugin ${plugin}`
}
