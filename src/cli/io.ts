import type { EventLog } from '../ports/event-log.ts'

/** What the command line needs of the process and the terminal it runs in. */
export type Io = {
  out(text: string): void
  err(text: string): void
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  readonly pid: number
  readonly isRoot: boolean
  readonly uid: number
  readonly platform: NodeJS.Platform
  readonly isTty: boolean
  readonly isInputTty: boolean
  readonly hasColour: boolean
  readonly columns: number
  /** The terminal itself, for what is redrawn in place. */
  readonly terminal: NodeJS.WriteStream
  /** Standard input and standard error, for what speaks over them by itself. */
  readonly input: NodeJS.ReadStream
  readonly errors: NodeJS.WriteStream
  /** How this program is started again: node, its options, and the file. */
  readonly program: readonly [string, ...string[]]
  /** The program that keeps agents alive. */
  readonly keeperFile: string
  /** The program that plugins live in. */
  readonly pluginHostFile: string
  /** The library that a configuration imports as `loopwork`. */
  readonly library: string
  /** Whether nobody reads standard output any more. */
  isUnread(): boolean
  /** The folder of the web app's files. */
  readonly webFolder: string
  /** Hears signals until the returned function is called. */
  onSignal(signals: readonly NodeJS.Signals[], heard: (signal: NodeJS.Signals) => void): () => void
  /** See `openApp`. */
  wrapLog?(log: EventLog): EventLog
  /** Ends the process at once, for somebody who has pressed Ctrl-C once too often. */
  exit(code: number): void
}
