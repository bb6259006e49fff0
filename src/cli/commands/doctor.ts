import { asFailure, failures } from '../../errors.ts'
import type { Action, Surroundings } from '../command.ts'
import { lookAtAgents } from '../doctor/agents.ts'
import { lookAtBacklog } from '../doctor/backlog.ts'
import { bad, type Finding, good, warning } from '../doctor/finding.ts'
import { lookAtMachine } from '../doctor/machine.ts'
import { lookAtIntegrations } from '../doctor/plugins.ts'
import { lookAtStore, lookInside } from '../doctor/store.ts'
import { findState } from '../find-state.ts'
import { openProject } from '../open-project.ts'
import { withApp } from '../open-store.ts'

type Options = {
  namespace?: string | undefined
  config?: string | undefined
  look?: boolean
  json?: boolean
}

/**
 * Looks at all that loopwork needs, and says how to mend what is wrong. Exits with 0 where nothing stands in the
 * way, else with the code that the first bad thing would make a run fail with.
 */
export const doctor: Action<Options> = {
  options: (yargs) => yargs.option('look', { type: 'boolean', default: false, hidden: true }) as never,
  run: async (options, surroundings) => {
    const { io, print } = surroundings
    const place = findState(io)
    if (options.look) {
      print.json(await withApp(place, io, lookInside))
      return 0
    }
    const findings = [
      ...(await lookAtMachine(io, place.root, place.stateDir)),
      ...(await lookAtProject(options, surroundings)),
      ...(await lookAtStore(place.stateDir, io)),
    ]
    const first = findings.find(({ status }) => status === 'bad')
    if (options.json) print.json({ schema: 'loopwork/doctor@1', isWell: !first, findings })
    else show(findings, surroundings)
    return first ? failures[first.code ?? 'unavailable'].exit : 0
  },
}

async function lookAtProject(options: Options, surroundings: Surroundings): Promise<Finding[]> {
  try {
    const project = await openProject(options as never, surroundings)
    const { settings, configFile, root } = project
    const { io } = surroundings
    return [
      configFile
        ? good('Configuration', configFile)
        : warning('Configuration', 'there is none', 'Set the project up with `loopwork init`.'),
      ...(await lookAtBacklog(settings, io, root)),
      ...(await lookAtAgents(settings, io, root)),
      ...(await lookAtIntegrations(project, io)),
    ]
  } catch (thrown) {
    const { code, message, hint = '' } = asFailure(thrown)
    return [bad('Configuration', message, hint, code)]
  }
}

function show(findings: readonly Finding[], { print }: Surroundings): void {
  const { paint } = print
  const marks = { good: paint.green('good   '), warning: paint.yellow('warning'), bad: paint.red('bad    ') }
  for (const { subject, status, found, mend } of findings) {
    print.line(`${marks[status]}  ${subject}: ${found}`)
    if (mend) print.line(`         ${paint.cyan(mend)}`)
  }
}
