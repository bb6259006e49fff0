import { LoopworkError } from '../../errors.ts'
import { priority } from '../../events/shapes.ts'
import type { Action } from '../command.ts'
import { decomposeRequest } from '../decompose/decompose-request.ts'
import { assertBacklogSettled, openProject } from '../open-project.ts'
import { withApp } from '../open-store.ts'
import { keepAllWords } from '../words.ts'

type Options = {
  prompt: string[]
  feature?: string | undefined
  parent?: string | undefined
  priority?: string | undefined
  cli?: string | undefined
  model?: string | undefined
  dryRun?: boolean | undefined
  yes?: boolean | undefined
  json?: boolean
}

/** Has an agent split a request up into tasks, shows them, and adds them to the backlog. */
export const decompose: Action<Options> = {
  options: (yargs) =>
    keepAllWords(yargs)
      .positional('prompt', { type: 'string', array: true, describe: 'What is to be done, in your words' })
      .options({
        feature: { type: 'string', describe: 'The feature they belong to, instead of the one proposed' },
        parent: { type: 'string', describe: 'The task they are parts of' },
        priority: {
          type: 'string',
          choices: priority.options,
          default: 'medium',
          describe: 'How soon, where nothing else is proposed',
        },
        cli: { type: 'string', describe: 'The agent: claude, opencode, gemini, codex, command' },
        model: { type: 'string', describe: 'The model of the agent' },
        'dry-run': { type: 'boolean', describe: 'Show what is proposed, and add nothing' },
        yes: { alias: 'y', type: 'boolean', describe: 'Add them without asking' },
      }) as never,
  run: async (options, surroundings) => {
    const request = options.prompt.join(' ').trim()
    if (!request) {
      throw new LoopworkError('invalid', 'there is nothing to split up', {
        hint: 'Say it in words: loopwork decompose "Add sign-in with passkeys".',
      })
    }
    const project = await openProject(options as never, surroundings)
    assertBacklogSettled(project)
    const { feature = null, parent = null, dryRun = false, json = false } = options
    return withApp(project, surroundings.io, (app) =>
      decomposeRequest(app, project, surroundings, {
        ...{ request, feature, parent, isDry: dryRun, isJson: json },
        priority: priority.parse(options.priority),
      }),
    )
  },
}
