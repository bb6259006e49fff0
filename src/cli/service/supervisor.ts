import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { LoopworkError } from '../../errors.ts'
import { agentFile, agentText, labelOf } from './launchd.ts'
import type { ServicePlan } from './plan.ts'
import { unitFile, unitText } from './systemd.ts'

const run = promisify(execFile)

/** The system's own supervisor: what it reads, and how it is told. */
export type Supervisor = {
  readonly file: string
  readonly text: string
  /** Commands that put the file to use, and that take it out of use. */
  readonly enable: readonly (readonly [string, ...string[]])[]
  readonly disable: readonly (readonly [string, ...string[]])[]
  /** Says in one word how it stands. */
  readonly ask: readonly [string, ...string[]]
  /** What else it takes to come back after a reboot. */
  readonly hint: string | null
}

export function supervisorFor(plan: ServicePlan, platform: NodeJS.Platform, uid: number): Supervisor {
  if (platform === 'linux') {
    const unit = `${plan.name}.service`
    return {
      file: unitFile(plan),
      text: unitText(plan),
      enable: [
        ['systemctl', '--user', 'daemon-reload'],
        ['systemctl', '--user', 'enable', '--now', unit],
      ],
      disable: [['systemctl', '--user', 'disable', '--now', unit]],
      ask: ['systemctl', '--user', 'is-active', unit],
      hint: 'To have it start at boot, before you log in: loginctl enable-linger',
    }
  }
  if (platform === 'darwin') {
    const domain = `gui/${uid}`
    return {
      file: agentFile(plan),
      text: agentText(plan),
      enable: [['launchctl', 'bootstrap', domain, agentFile(plan)]],
      disable: [['launchctl', 'bootout', `${domain}/${labelOf(plan)}`]],
      ask: ['launchctl', 'print', `${domain}/${labelOf(plan)}`],
      hint: 'It starts when you log in.',
    }
  }
  throw new LoopworkError('unavailable', `there is no supervisor of services that is known on ${platform}`, {
    hint: 'Use `loopwork start -d`, and your own way to start programs with the system.',
  })
}

/** Runs a command of the supervisor. Fails with `unavailable` and what it had to say. */
export async function tell([file, ...args]: readonly [string, ...string[]]): Promise<void> {
  try {
    await run(file, args, { encoding: 'utf8' })
  } catch (thrown) {
    const { stderr, message } = thrown as { stderr?: string; message: string }
    throw new LoopworkError('unavailable', `${[file, ...args].join(' ')}: ${stderr?.trim() || message}`, {
      hint: 'The file is written. Run this command yourself where your session has a supervisor.',
      cause: thrown,
    })
  }
}

/** The first word of what it answers, whatever its exit code; `unknown` where it cannot be asked. */
export async function answerOf([file, ...args]: readonly [string, ...string[]]): Promise<string> {
  const said = await run(file, args, { encoding: 'utf8' }).catch((thrown) => thrown as { stdout?: string })
  return said.stdout?.trim().split(/\s+/)[0] || 'unknown'
}
