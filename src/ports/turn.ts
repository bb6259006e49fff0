/** The right to do what only one process at a time may do; it is lost when its holder dies. */
export type Turn = {
  /** Takes it, or says that another process has it. Taking what one has changes nothing. */
  take(): boolean
  /** Gives it back. */
  close(): void
}
