import type { EventLog } from '../ports/event-log.ts'

/** What the command line needs of the process and the terminal it runs in. */
export type Io = {
  out(text: string): void
  err(text: string): void
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  readonly pid: number
  readonly isRoot: boolean
  readonly isTty: boolean
  readonly isInputTty: boolean
  readonly hasColour: boolean
  readonly columns: number
  /** The terminal itself, for what is redrawn in place. */
  readonly terminal: NodeJS.WriteStream
  /** The program that keeps agents alive. */
  readonly keeperFile: string
  /** The program that plugins live in. */
  readonly pluginHostFile: string
  /** The library that a configuration imports as `loopwork`. */
  readonly library: string
  /** Hears signals until the returned function is called. */
  onSignal(signals: readonly NodeJS.Signals[], heard: (signal: NodeJS.Signals) => void): () => void
  /** See `openApp`. */
  wrapLog?(log: EventLog): EventLog
  /** Ends the process at once, for somebody who has pressed Ctrl-C once too often. */
  exit(code: number): void
}
