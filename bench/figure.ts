/** One line of the table: what was measured, what it is measured against, and what it should come to. */
export type Figure = {
  readonly name: string
  readonly ours: string
  readonly peer: string
  readonly ratio: string
  readonly aim: string
  /** Null where nothing is aimed at. */
  readonly isMet: boolean | null
}

/** Hands a figure to the program that prints the table; prints it where there is none. */
export function report(figure: Figure): void {
  if (process.send) process.send(figure)
  else console.log(figure)
}

/** The value in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2
}

/** A figure such as `12,345`. */
export function whole(value: number): string {
  return Math.round(value).toLocaleString('en-US')
}
