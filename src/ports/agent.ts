import type { ExitStatus, FailureKind, Usage } from '../events/shapes.ts'

/** A program that an agent can start as an MCP server, for tools of its own. */
export type ToolServer = { readonly file: string; readonly args: readonly string[] }

/** What an agent is asked to do, and within which bounds. */
export type AgentTask = {
  /** The folder it works in. */
  readonly cwd: string
  readonly model: string | null
  /** What it may spend, in dollars, for those that can bound themselves. */
  readonly allowanceUsd: number | null
  /** The file that holds the prompt. It arrives on standard input unless the launch says otherwise. */
  readonly promptFile: string
  /** Read only by agents that take the prompt as an argument. */
  readonly prompt: () => string
  /** Where it finds the tools by which it can speak for itself; only for those that can take them. */
  readonly tools?: ToolServer
}

/** How the agent's process is to be started: never through a shell. */
export type Launch = {
  readonly file: string
  readonly args: readonly string[]
  /** Added to the environment; null takes a variable out of it. */
  readonly env: Readonly<Record<string, string | null>>
  readonly stdin: 'prompt' | 'nothing'
}

/** One thing an agent did, for a person who watches. */
export type Activity =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'thinking'; readonly text: string }
  | { readonly kind: 'tool'; readonly name: string; readonly detail: string }
  | { readonly kind: 'tool-failed'; readonly name: string; readonly detail: string }
  | { readonly kind: 'notice'; readonly text: string }

/** How its process ended, and by whom. */
export type AgentExit = ExitStatus & {
  readonly endedBy: 'itself' | 'timeout' | 'output' | 'stopped' | 'nobody-knows' | 'launch'
  /** Why it could not be started, where it could not. */
  readonly problem?: string
}

/** What came of it. */
export type AgentResult =
  | { readonly ok: true; readonly summary: string }
  | {
      readonly ok: false
      readonly kind: FailureKind
      readonly reason: string
      /** When the limit is lifted, where it was told. */
      readonly resetsAt?: Date
    }

/**
 * Reads what one attempt prints, line by line. Tolerant: what it does not know is kept as a notice or passed
 * over, never an error. Reading the same lines again gives the same.
 */
export type AgentReader = {
  /** Takes one line without its end. */
  read(source: 'stdout' | 'stderr', line: string): readonly Activity[]
  /** Used so far by this attempt; null while nothing was told. Dollars are null where the agent tells none. */
  usage(): Usage | null
  /** The agent's own id of its session. */
  session(): string | null
  model(): string | null
  /** Judges the whole: the final record, the exit status, and what was done to it. `now` dates limits. */
  end(exit: AgentExit, now: Date): AgentResult
}

/** An AI command-line program, or any other, that can be handed a task. */
export type Agent = {
  readonly name: string
  /** Whether standard output is a stream of records; if not, it is the answer itself. */
  readonly structured: boolean
  /** Whether it can be handed a tool server without touching a file of the user's. */
  readonly takesTools?: boolean
  /** Fails with `unavailable` and a hint where the program is not there. */
  launch(task: AgentTask): Promise<Launch>
  /** `model` is the one it was told to use: not every program names the model that it used. */
  reader(model?: string | null): AgentReader
}
