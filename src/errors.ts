/**
 * Every failure the program can name, with its exit code and what it means for the reader.
 * The list grows only when there is something new that the reader can do.
 */
export const failures = {
  internal: { exit: 1, meaning: 'a mistake in loopwork itself' },
  invalid: { exit: 2, meaning: 'the input, the configuration or a flag cannot be understood' },
  rejected: { exit: 3, meaning: 'the request makes no sense in the present state' },
  not_found: { exit: 4, meaning: 'nothing has that name' },
  conflict: { exit: 5, meaning: 'somebody else wrote first, again and again for half a minute' },
  unavailable: { exit: 6, meaning: 'something outside did not answer: an agent, the disk, a service' },
  corrupt: { exit: 7, meaning: 'the store holds something this version cannot read' },
  held: { exit: 8, meaning: 'another process is working in this namespace' },
} as const

export type FailureCode = keyof typeof failures

/** How a run that ended by itself says that not everything was done. */
export const exitCodes = {
  done: 0,
  unfinished: 9,
  interrupted: 130,
  terminated: 143,
} as const

/** A failure with a name: what is wrong, and as its hint what to do about it. */
export class LoopworkError extends Error {
  override readonly name = 'LoopworkError'
  readonly code: FailureCode
  readonly hint: string | undefined

  constructor(code: FailureCode, message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined)
    this.code = code
    this.hint = options.hint
  }

  get exitCode(): number {
    return failures[this.code].exit
  }
}

/** Anything thrown, as a failure with a name. What nobody named is `internal`. */
export function asFailure(thrown: unknown): LoopworkError {
  if (thrown instanceof LoopworkError) return thrown
  const message = thrown instanceof Error ? thrown.message : String(thrown)
  return new LoopworkError('internal', message, { cause: thrown })
}

/** Whether something thrown is the failure with this name. */
export function isFailure(thrown: unknown, code: FailureCode): thrown is LoopworkError {
  return thrown instanceof LoopworkError && thrown.code === code
}

/** What is wrong and what to do about it, in one line. */
export function wordsOf({ message, hint }: LoopworkError): string {
  return hint ? `${message}. ${hint}` : message
}
