/** Time, as the shell sees it; injected so that tests hold it in their hands. */
export type Clock = {
  now(): Date
  /** Resolves at the instant, or at once if it has passed; rejects when `signal` aborts. */
  until(instant: Date, signal: AbortSignal): Promise<void>
}
