import type { ArgumentsCamelCase, Argv } from 'yargs'
import type { Io } from './io.ts'
import type { Print } from './print.ts'

/** What every command is given besides its own options. */
export type Surroundings = { readonly io: Io; readonly print: Print; readonly argv: readonly string[] }

/** What one command does: words in, exit code out. */
export type Action<Options> = {
  options(yargs: Argv): Argv<Options>
  /** Gives the exit code. */
  run(options: ArgumentsCamelCase<Options>, surroundings: Surroundings): Promise<number>
}

/** A command whose options and work are loaded only when it is asked for. */
export type Entry = {
  /** In the notation of yargs: `logs [namespace]`. */
  readonly command: string
  readonly aliases?: readonly string[]
  readonly describe: string
  // biome-ignore lint/suspicious/noExplicitAny: each command has options of its own, seen only by itself
  load(): Promise<Action<any>>
}
