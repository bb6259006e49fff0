import type { Entry } from './command.ts'

/** The commands that look after the store, the machine and the shell. */
export const upkeep: readonly Entry[] = [
  {
    command: 'rebuild',
    describe: 'Throw all views away, fold them from the log again, and compare',
    load: async () => (await import('./commands/rebuild.ts')).rebuild,
  },
  {
    command: 'completion [shell]',
    describe: 'Print a completion script for bash, zsh or fish',
    load: async () => (await import('./commands/completion.ts')).completion,
  },
  {
    command: 'doctor',
    describe: 'Look at all that loopwork needs, and say how to mend what is wrong',
    load: async () => (await import('./commands/doctor.ts')).doctor,
  },
  {
    command: 'verify [path]',
    describe: 'Read the whole store, or a backup, and say where it is damaged',
    load: async () => (await import('./commands/verify.ts')).verify,
  },
  {
    command: 'backup <file>',
    describe: 'Copy the store to one file, also while loops run',
    load: async () => (await import('./commands/backup.ts')).backup,
  },
  {
    command: 'restore <file>',
    describe: 'Put a backup in the place of the store',
    load: async () => (await import('./commands/restore.ts')).restore,
  },
  {
    command: 'export',
    describe: 'Write the events as JSON Lines, without secrets',
    load: async () => (await import('./commands/export.ts')).exportEvents,
  },
  {
    command: 'import',
    describe: 'Copy the session folders of earlier versions beside those of today',
    load: async () => (await import('./commands/import.ts')).importOld,
  },
]
