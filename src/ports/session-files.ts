/** Where the files of one attempt are. Absolute paths. */
export type AttemptFiles = {
  readonly prompt: string
  /** What a person reads: what the agent said and did. */
  readonly output: string
  /** The agent's records, where it prints records; otherwise the same file as `output`. */
  readonly stdout: string
  readonly stderr: string
  /** What lets the agent speak for itself: its task and a token. Readable by the owner alone. */
  readonly access: string
  /** Names the attempt's job, and the job that checks it. */
  readonly job: string
  readonly verifyJob: string
  readonly verifyOutput: string
  /** What the attempt has changed in the project, as a patch; only where that can be told. */
  readonly changes: string
}

/** The folders that a person looks into: one a session, with a log and the files of its attempts. */
export type SessionFiles = {
  /** Makes a new folder for a session that begins now, readable by the owner alone; relative path. */
  create(namespace: string, now: Date): Promise<string>
  /** Takes away the folder of a session that never began. */
  discard(files: string): Promise<void>
  of(files: string, iteration: number, isStructured: boolean): AttemptFiles
  write(path: string, text: string): Promise<void>
  append(path: string, text: string): Promise<void>
  /** Adds lines to the session's `loopwork.log`. */
  log(files: string, lines: readonly string[]): Promise<void>
  /** The last bytes of a file as text; empty where there is none. */
  tail(path: string, bytes: number): Promise<string>
  /** Reads a file that grows. */
  follow(path: string): GrowingFile
}

/** A file that somebody else writes, read line by line. */
export type GrowingFile = {
  /**
   * The complete lines that came since the last call, up to about `atMost` bytes of them; `more` says that
   * there are others already. With `skip`, what is older than the last `atMost` bytes is passed over.
   */
  read(options: { readonly atMost: number; readonly skip: boolean }): Promise<{
    readonly lines: readonly string[]
    readonly more: boolean
  }>
  /** The end of the file behind the last line end, once nobody writes any more. */
  rest(): string
  close(): Promise<void>
}
