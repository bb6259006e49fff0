import { createHash } from 'node:crypto'
import { homedir } from 'node:os'
import { basename, join } from 'node:path'
import { modeVariable } from '../daemon/mode.ts'
import type { Io } from '../io.ts'

/** What the system's own supervisor has to know to run a namespace. */
export type ServicePlan = {
  /** The same for the same namespace of the same project, and for no other. */
  readonly name: string
  readonly namespace: string
  readonly root: string
  /** Node and the program, with absolute paths, and its arguments. */
  readonly command: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly home: string
  /** Where the output goes that no supervisor keeps. */
  readonly outputFile: string
}

/**
 * How a namespace is run as a service. `--auto-resume` makes one command right for the first start and for
 * every later one: after a crash or a reboot it goes on with the session that was broken off.
 */
export function servicePlan(
  { io, root, stateDir }: { readonly io: Io; readonly root: string; readonly stateDir: string },
  namespace: string,
  args: readonly string[],
): ServicePlan {
  const project = basename(root).replace(/[^A-Za-z0-9_.-]+/g, '-') || 'project'
  const hash = createHash('sha256').update(root).digest('hex').slice(0, 8)
  const name = `loopwork-${project}-${hash}-${namespace}`
  return {
    name,
    namespace,
    root,
    command: [...io.program, 'start', '--auto-resume', '--namespace', namespace, ...args],
    env: {
      ...ownSettings(io.env),
      PATH: io.env.PATH ?? '/usr/local/bin:/usr/bin:/bin',
      [modeVariable]: 'service',
    },
    home: io.env.HOME || homedir(),
    outputFile: join(stateDir, 'daemons', `${namespace}.service.out`),
  }
}

/** Settings of loopwork; whatever may be a secret does not belong into a file of the supervisor. */
function ownSettings(env: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).filter(
      ([name]) =>
        name.startsWith('LOOPWORK_') &&
        !/TOKEN|SECRET|KEY|PASSWORD/.test(name) &&
        name !== 'LOOPWORK_NAMESPACE',
    ),
  )
}
