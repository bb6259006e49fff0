import { type LogPlace, readBackwards } from '../../adapters/files/lines-backwards.ts'
import type { LineFilter } from './line-filter.ts'

/** The last lines of a log that are wanted, oldest first, and where the log goes on. */
export type LastLines = {
  readonly lines: readonly string[]
  readonly end: LogPlace | null
  /** Whether the log goes back further than was wanted. */
  readonly isEnough: boolean
}

/** Reads only as much of a log as it takes to find them. With `isComplete` nobody writes it any more. */
export async function lastLines(
  path: string,
  count: number,
  filter: Pick<LineFilter, 'isWanted' | 'isTooOld'>,
  isComplete: boolean,
): Promise<LastLines> {
  const { end, lines, rest } = await readBackwards(path)
  const found = isComplete && rest && filter.isWanted(rest) && count > 0 ? [rest] : []
  for await (const line of lines) {
    if (found.length >= count || filter.isTooOld(line)) {
      return { lines: found.slice(0, count).reverse(), end, isEnough: true }
    }
    if (filter.isWanted(line)) found.push(line)
  }
  return { lines: found.reverse(), end, isEnough: found.length >= count }
}
