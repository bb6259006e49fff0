import { existsSync, mkdirSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { replaceFile } from '../../config/init/replace-file.ts'
import { LoopworkError } from '../../errors.ts'
import type { Action, Surroundings } from '../command.ts'
import { openProject } from '../open-project.ts'
import { servicePlan } from '../service/plan.ts'
import { answerOf, type Supervisor, supervisorFor, tell } from '../service/supervisor.ts'

type Options = {
  action: string
  namespace?: string | undefined
  print?: boolean
  enable?: boolean
  config?: string | undefined
  json?: boolean
}

/** `service install|uninstall|status`: a namespace under the system's own supervisor. */
export const service: Action<Options> = {
  options: (yargs) =>
    yargs
      .positional('action', {
        type: 'string',
        choices: ['install', 'uninstall', 'status'],
        describe: 'install, uninstall or status',
      })
      .positional('namespace', { type: 'string', describe: 'The namespace of the loop' })
      .options({
        print: { type: 'boolean', default: false, describe: 'With install: only show the file' },
        enable: {
          type: 'boolean',
          default: true,
          describe: 'With install: --no-enable only writes the file',
        },
      }) as never,
  run: async (options, surroundings) => {
    const { io } = surroundings
    const { root, stateDir, settings } = await openProject(options, surroundings)
    const args = options.config ? ['--config', options.config] : []
    const plan = servicePlan({ io, root, stateDir }, settings.namespace, args)
    const supervisor = supervisorFor(plan, io.platform, io.uid)
    const answer = await answers[options.action as keyof typeof answers](supervisor, options, surroundings)
    if (answer === null) return 0
    const { print } = surroundings
    if (options.json) {
      print.json({ schema: 'loopwork/service@1', namespace: plan.namespace, name: plan.name, ...answer })
    } else print.line(`${plan.name}: ${answer.state} (${answer.file})`)
    return 0
  },
}

type Answer = { readonly file: string; readonly state: string }
type Doing = (supervisor: Supervisor, options: Options, surroundings: Surroundings) => Promise<Answer | null>

const answers: Readonly<Record<'install' | 'uninstall' | 'status', Doing>> = {
  install: async ({ file, text, enable, hint }, options, { io, print }) => {
    if (options.print) {
      io.out(text)
      return null
    }
    mkdirSync(dirname(file), { recursive: true })
    await replaceFile(file, text)
    if (options.enable === false) return { file, state: 'written' }
    for (const command of enable) await tell(command)
    if (hint) print.note(hint)
    return { file, state: 'installed' }
  },

  uninstall: async ({ file, disable }) => {
    if (!existsSync(file)) throw notInstalled(file)
    for (const command of disable) await tell(command).catch(() => undefined) // it may not be running
    rmSync(file)
    return { file, state: 'uninstalled' }
  },

  status: async ({ file, ask }) => ({
    file,
    state: existsSync(file) ? await answerOf(ask) : 'not installed',
  }),
}

function notInstalled(file: string): LoopworkError {
  return new LoopworkError('not_found', `no service is installed: there is no ${file}`, {
    hint: 'Install it with `loopwork service install`, and --namespace if it has another.',
  })
}
