import type { Entry } from './command.ts'
import { upkeep } from './upkeep.ts'

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
    describe: 'Work off the backlog, with -d in the background',
    load: async () => (await import('./commands/run.ts')).startCommand,
  },
  {
    command: 'resume',
    describe: 'Go on with the session that was broken off',
    load: async () => (await import('./commands/run.ts')).resumeCommand,
  },
  {
    command: 'stop [namespace]',
    describe: 'Let what runs end, then stop the loop',
    load: async () => (await import('./commands/steer.ts')).stop,
  },
  {
    command: 'kill [namespace]',
    describe: 'End a loop and all that runs for it, politely at first',
    load: async () => (await import('./commands/kill.ts')).kill,
  },
  {
    command: 'restart [namespace]',
    describe: 'End a loop and start it again with the same arguments, in the background',
    load: async () => (await import('./commands/restart.ts')).restart,
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
    command: 'why [subject]',
    describe: 'Say why a loop or a task is running or not, what it waits for, and what you can do',
    load: async () => (await import('./commands/why.ts')).why,
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
    command: 'service <action> [namespace]',
    describe: 'Have the system run a loop, also after a reboot: install, uninstall, status',
    load: async () => (await import('./commands/service.ts')).service,
  },
  {
    command: 'processes <action>',
    describe: 'List what loopwork has started, or clean up what a crash has left',
    load: async () => (await import('./commands/processes.ts')).processes,
  },
  {
    command: 'task [action]',
    aliases: ['tasks'],
    describe: 'List, show, add or change tasks',
    load: async () => (await import('./commands/task.ts')).task,
  },
  {
    command: 'answer [task] [answer..]',
    describe: 'List what agents ask, or answer one of them',
    load: async () => (await import('./commands/answer.ts')).answer,
  },
  {
    command: 'follow-ups [action] [keys..]',
    describe: 'List what agents have left to be done; make tasks of it, or let go of it',
    load: async () => (await import('./commands/follow-ups.ts')).followUps,
  },
  {
    command: 'ai-monitor',
    describe: 'Look at what went wrong and say what can be done: by known words, or by asking an agent',
    load: async () => (await import('./commands/ai-monitor.ts')).aiMonitor,
  },
  {
    command: 'task-new',
    describe: 'Add a task (the same as `task add`)',
    load: async () => (await import('./commands/task-add.ts')).taskNew,
  },
  {
    command: 'decompose <prompt..>',
    aliases: ['d'],
    describe: 'Have an agent split a request up into tasks, and add them to the backlog',
    load: async () => (await import('./commands/decompose.ts')).decompose,
  },
  {
    command: 'ui',
    describe: 'Serve the web app: board, timeline, costs, charts, and their past',
    load: async () => (await import('./commands/ui.ts')).ui,
  },
  {
    command: 'inspect [subject]',
    describe: 'Look into one machine: its chart, live and in the past; or export the chart',
    load: async () => (await import('./commands/inspect.ts')).inspect,
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
    command: 'mcp [action] [client]',
    describe: 'Serve the backlog to AI clients over MCP; `mcp install <client>` tells a client of it',
    load: async () => (await import('./commands/mcp.ts')).mcp,
  },
  {
    command: 'claude <action>',
    describe: 'Set Claude Code up for this project: server, skills, a section in CLAUDE.md',
    load: async () => (await import('./commands/claude.ts')).claude,
  },
  {
    command: 'plugins [action] [name] [position]',
    describe: 'Show how plugins fare; try again, or let go of, what could not be delivered',
    load: async () => (await import('./commands/plugins.ts')).plugins,
  },
  {
    command: 'labels <action>',
    describe: 'labels setup: make the labels that GitHub issues are worked off by',
    load: async () => (await import('./commands/labels.ts')).labels,
  },
  {
    command: 'setup-labels',
    describe: 'Make the labels (the same as `labels setup`)',
    load: async () => (await import('./commands/labels.ts')).labels,
  },
  ...upkeep,
]

/** The first words of all commands and their aliases. */
export const commandWords: readonly string[] = [
  ...commands.flatMap(({ command, aliases = [] }) => [command.split(' ')[0] ?? '', ...aliases]),
  'monitor',
  'help',
]
