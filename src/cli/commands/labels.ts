import { systemClock } from '../../adapters/system/clock.ts'
import { githubOptions } from '../../daemon/open-backlog.ts'
import { LoopworkError } from '../../errors.ts'
import type { Action } from '../command.ts'
import { openProject } from '../open-project.ts'

type Options = { action?: string | undefined; repo?: string | undefined; dryRun?: boolean; json?: boolean }

/** `labels setup`: makes the labels that the GitHub backlog goes by. Doing it again changes nothing. */
export const labels: Action<Options> = {
  options: (yargs) =>
    yargs
      .option('repo', { type: 'string', describe: 'owner/name' })
      .option('dry-run', { type: 'boolean', describe: 'Only say what would be done' }) as never,
  run: async (options, surroundings) => {
    if (options.action !== undefined && options.action !== 'setup') throw unknownAction(options.action)
    const flags = { ...options, backend: 'github', dryRun: undefined }
    const { settings, root, stateDir } = await openProject(flags as never, surroundings)
    if (settings.backend.kind !== 'github') throw new LoopworkError('internal', 'no GitHub backlog was set')
    const { createClient } = await import('../../adapters/github/client.ts')
    const { planLabels, setUpLabels } = await import('../../adapters/github/labels.ts')
    const app = { projectRoot: root, clock: systemClock }
    const found = await githubOptions(app, settings.backend, stateDir)
    const client = createClient(found)
    const plan = await planLabels(client, found.labels)
    if (!options.dryRun) await setUpLabels(client, plan)
    const { print } = surroundings
    if (options.json) {
      const { repo } = found
      print.json({ schema: 'loopwork/labels@1', repo, dryRun: options.dryRun === true, labels: plan })
      return 0
    }
    print.table(
      ['Label', 'Color', 'What is done', 'Description'],
      plan.map(({ name, color, action, description }) => [name, color, said(action, options), description]),
    )
    return 0
  },
}

function unknownAction(action: string): LoopworkError {
  return new LoopworkError('invalid', `labels has no action ${JSON.stringify(action)}`, {
    hint: 'There is one: loopwork labels setup.',
  })
}

function said(action: 'create' | 'update' | 'keep', { dryRun }: Options): string {
  if (action === 'keep') return 'nothing: it is there'
  if (action === 'create') return dryRun ? 'would be created' : 'created'
  return dryRun ? 'would be changed' : 'changed'
}
