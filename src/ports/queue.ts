/** A queue of processes: who came first goes first, and one that dies has left it. */
export type Queue = {
  /** Resolves when everybody who came before has left; gives the way to leave. */
  enter(): Promise<() => void>
}
