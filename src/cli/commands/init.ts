import { applyInit } from '../../config/init/apply.ts'
import { defaultPlan, type InitPlan } from '../../config/init/plan.ts'
import { exitCodes } from '../../errors.ts'
import type { Action, Surroundings } from '../command.ts'

type Options = { yes?: boolean; json?: boolean }

/** Sets a project up in the current folder. Asks on a terminal; takes the defaults elsewhere or with `-y`. */
export const init: Action<Options> = {
  options: (yargs) =>
    yargs.option('yes', { alias: 'y', type: 'boolean', describe: 'Ask nothing, take the defaults' }) as never,
  run: async (options, surroundings) => {
    const { io, print } = surroundings
    const plan = await planOf(options, surroundings)
    if (!plan) {
      print.note('Nothing was changed.')
      return exitCodes.interrupted
    }
    const { written, kept } = await applyInit(plan, io.cwd)
    if (options.json) {
      print.json({ schema: 'loopwork/init@1', written, kept })
      return 0
    }
    for (const path of written) print.line(`${print.paint.green('wrote')} ${path}`)
    for (const path of kept) print.line(`${print.paint.dim('kept')}  ${path}`)
    print.line()
    print.line(nextSteps(plan))
    return 0
  },
}

async function planOf({ yes, json }: Options, { io }: Surroundings): Promise<InitPlan | null> {
  const isUnattended =
    yes || json || !io.isInputTty || !io.isTty || io.env.LOOPWORK_NON_INTERACTIVE === 'true'
  if (isUnattended) return defaultPlan
  const { askInit } = await import('../../config/init/wizard.ts')
  return askInit(io.cwd)
}

function nextSteps({ backend }: InitPlan): string {
  const first = {
    json: () => `Describe your tasks in ${'tasksDir' in backend ? backend.tasksDir : ''}`,
    markdown: () => `Write your tasks into ${'path' in backend ? backend.path : ''}`,
    github: () => 'Make the labels with `loopwork labels setup`, label your issues',
  }[backend.kind]()
  return `${first}, look at the plan with \`loopwork start --dry-run\`, then \`loopwork start\`.`
}
