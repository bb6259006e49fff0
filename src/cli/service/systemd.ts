import { join } from 'node:path'
import { exitCodes, failures } from '../../errors.ts'
import type { ServicePlan } from './plan.ts'

/** Where a user's own units are. */
export function unitFile({ home, name }: ServicePlan): string {
  return join(home, '.config/systemd/user', `${name}.service`)
}

/** Ends after which trying again would only end the same way. */
const final = [failures.invalid, failures.rejected, failures.not_found, failures.held].map(({ exit }) => exit)

/** Ends that were asked for, or that leave something for a person to do. */
const orderly = [exitCodes.unfinished, exitCodes.interrupted, exitCodes.terminated]

/** A unit of systemd for one user. See systemd.service(5). */
export function unitText({ name, namespace, root, command, env }: ServicePlan): string {
  return `[Unit]
Description=loopwork: namespace ${percent(namespace)} of ${percent(root)}
StartLimitIntervalSec=600
StartLimitBurst=10

[Service]
Type=simple
WorkingDirectory=${percent(root)}
ExecStart=${command.map(word).join(' ')}
${Object.entries(env)
  .map(([key, value]) => `Environment=${quoted(`${key}=${value}`)}`)
  .join('\n')}
# Keys that agents need, one NAME=value a line, readable by you alone:
EnvironmentFile=-%h/.config/loopwork/${name}.env
Restart=on-failure
RestartSec=10
SuccessExitStatus=${orderly.join(' ')}
RestartPreventExitStatus=${final.join(' ')}
# The loop ends its agents itself; if it dies, they go on, and the next start takes them over.
KillMode=process
TimeoutStopSec=60
OOMPolicy=continue

[Install]
WantedBy=default.target
`
}

/** A word of a command line; in it a dollar is a variable, too. */
function word(text: string): string {
  return quoted(text).replaceAll('$', '$$$$')
}

function quoted(text: string): string {
  return `"${percent(text).replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`
}

/** A percent sign begins a specifier everywhere in a unit. */
function percent(text: string): string {
  return text.replaceAll('%', '%%')
}
