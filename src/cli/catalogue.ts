import type { Entry } from './command.ts'

/** Every command. Nothing of a command is loaded before it is asked for. */
export const commands: readonly Entry[] = [
  {
    command: 'init',
    describe: 'Set up a project: configuration, a first task, what git should ignore',
    load: async () => (await import('./commands/init.ts')).init,
  },
  {
    command: 'run',
    describe: 'Work off the backlog in the foreground',
    load: async () => (await import('./commands/run.ts')).runCommand,
  },
  {
    command: 'start',
    describe: 'Work off the backlog',
    load: async () => (await import('./commands/run.ts')).runCommand,
  },
  {
    command: 'resume',
    describe: 'Go on with the session that was broken off',
    load: async () => (await import('./commands/run.ts')).resumeCommand,
  },
  {
    command: 'stop [namespace]',
    aliases: ['kill'],
    describe: 'Let the running attempt end, then stop the loop',
    load: async () => (await import('./commands/steer.ts')).stop,
  },
  {
    command: 'pause [namespace]',
    describe: 'Begin nothing new until `continue`',
    load: async () => (await import('./commands/steer.ts')).pause,
  },
  {
    command: 'continue [namespace]',
    describe: 'Go on after `pause`',
    load: async () => (await import('./commands/steer.ts')).goOn,
  },
  {
    command: 'status',
    aliases: ['ps'],
    describe: 'Show what every loop and every task is doing, and what it cost',
    load: async () => (await import('./commands/status.ts')).status,
  },
  {
    command: 'dashboard',
    aliases: ['top'],
    describe: 'Show everything on one screen; with --watch, stay and hear keys',
    load: async () => (await import('./commands/dashboard.ts')).dashboard,
  },
  {
    command: 'logs [namespace]',
    describe: 'Show the log of a session, or the output of an attempt',
    load: async () => (await import('./commands/logs.ts')).logs,
  },
  {
    command: 'log',
    aliases: ['events'],
    describe: 'Show the events, the truth of everything that happened',
    load: async () => (await import('./commands/log.ts')).log,
  },
  {
    command: 'task <action>',
    aliases: ['tasks'],
    describe: 'List, show, add or change tasks',
    load: async () => (await import('./commands/task.ts')).task,
  },
  {
    command: 'task-new',
    describe: 'Add a task (the same as `task add`)',
    load: async () => (await import('./commands/task-add.ts')).taskNew,
  },
  {
    command: 'story <task>',
    describe: 'Tell the life of one task: attempts, checks, waits, costs',
    load: async () => (await import('./commands/story.ts')).story,
  },
  {
    command: 'timeline [namespace]',
    describe: 'Draw attempts, checks and waits over time',
    load: async () => (await import('./commands/timeline.ts')).timeline,
  },
  {
    command: 'replay',
    describe: 'Show how everything stood at a moment of the past',
    load: async () => (await import('./commands/replay.ts')).replay,
  },
  {
    command: 'diff <from> [to]',
    describe: 'Show what changed between two moments',
    load: async () => (await import('./commands/diff.ts')).diff,
  },
  {
    command: 'plugins [action] [name] [position]',
    describe: 'Show how plugins fare; try again, or let go of, what could not be delivered',
    load: async () => (await import('./commands/plugins.ts')).plugins,
  },
  {
    command: 'rebuild',
    describe: 'Throw all views away, fold them from the log again, and compare',
    load: async () => (await import('./commands/rebuild.ts')).rebuild,
  },
]

/** The first words of all commands and their aliases. */
export const commandWords: readonly string[] = [
  ...commands.flatMap(({ command, aliases = [] }) => [command.split(' ')[0] ?? '', ...aliases]),
  'completion',
  'help',
]
