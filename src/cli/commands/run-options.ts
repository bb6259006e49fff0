import type { Argv, InferredOptionTypes } from 'yargs'

const group = 'What to do:'

/** The options of `run`, `start` and `resume`. */
export const runOptions = {
  backend: { type: 'string', describe: 'Where the tasks are: json, github, markdown', group },
  repo: { type: 'string', describe: 'The repository of the tasks: owner/repo', group },
  feature: { type: 'string', describe: 'Only tasks of this feature', group },
  task: { type: 'string', describe: 'Begin with this task', group },
  start: { type: 'string', describe: 'The same as --task', group },
  'max-iterations': { type: 'number', describe: 'At most so many attempts (50)', group },
  timeout: { type: 'number', describe: 'Seconds for one attempt (600)', group },
  cli: { type: 'string', describe: 'The agent: claude, opencode, gemini, codex, command', group },
  model: { type: 'string', describe: 'The model of the agent', group },
  resume: { type: 'boolean', describe: 'Go on with the session that was broken off', group },
  'dry-run': { type: 'boolean', describe: 'Show what would be done, and do nothing', group },
  yes: { alias: 'y', type: 'boolean', describe: 'Ask nothing', group },
  debug: { type: 'boolean', describe: 'Show everything', group },
  parallel: {
    type: 'string',
    describe: 'How many tasks at once (without a number: 2)',
    coerce: (said: string | undefined) => (said === '' ? true : said),
    group,
  },
  sequential: { type: 'boolean', describe: 'One task at a time', group },
  'with-ai-monitor': { type: 'boolean', describe: 'Watch what goes wrong, and say what can be done', group },
  'dynamic-tasks': {
    type: 'boolean',
    describe: 'Make tasks of what agents leave; with no- before it: never',
    group,
  },
} as const

/** What `start` and `resume` have besides: the loop in the background. */
export const startOptions = {
  daemon: { alias: 'd', type: 'boolean', describe: 'Work in the background', group },
  tail: { alias: 'follow', type: 'boolean', describe: 'With -d: show the log as it goes on', group },
  lines: { type: 'number', default: 20, describe: 'With --tail: how many lines to begin with', group },
  'auto-resume': {
    type: 'boolean',
    describe: 'Go on with the session that was broken off, if there is one',
    group,
  },
  'clean-orphans': {
    type: 'boolean',
    describe: 'End agents whose loop is gone, instead of going on with them',
    group,
  },
} as const

/** The options of a run and those of every command. */
export type RunFlags = InferredOptionTypes<typeof runOptions> & {
  namespace?: string | undefined
  config?: string | undefined
  'tasks-file'?: string | undefined
  json?: boolean
  quiet?: boolean
  verbose?: number
}

export type StartFlags = RunFlags & Partial<InferredOptionTypes<typeof startOptions>>

export function withStartOptions(yargs: Argv): Argv<StartFlags> {
  return withRunOptions(yargs).options(startOptions) as Argv<StartFlags>
}

export function withRunOptions(yargs: Argv): Argv<RunFlags> {
  return yargs.options(runOptions) as Argv<RunFlags>
}
