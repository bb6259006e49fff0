import { LoopworkError } from '../../errors.ts'
import { parseSince } from '../since.ts'
import { parseLogLine } from './read-log.ts'

const ranks = { debug: 0, info: 1, warn: 2, error: 3 } as const

/** What a person wants to see of a log. */
export type Wanted = {
  readonly grep?: string | undefined
  readonly level?: string | undefined
  readonly since?: string | undefined
}

/** Chooses lines. */
export type LineFilter = {
  readonly since: Date | null
  isWanted(line: string): boolean
  /** Whether this line, and all before it, are older than what is wanted. */
  isTooOld(line: string): boolean
}

export function createLineFilter({ grep, level, since }: Wanted, now: Date): LineFilter {
  const pattern = grep === undefined ? null : patternOf(grep)
  const least = level === undefined ? 0 : rankOf(level)
  const from = since === undefined ? null : parseSince(since, now)
  const isTooOld = (line: string): boolean => {
    if (!from) return false
    const { timestamp } = parseLogLine(line)
    return timestamp !== null && new Date(timestamp) < from
  }
  return {
    since: from,
    isTooOld,
    isWanted: (line) => {
      if (pattern && !pattern.test(line)) return false
      if (least > 0 && rank(parseLogLine(line).level) < least) return false
      return !isTooOld(line)
    },
  }
}

function patternOf(grep: string): RegExp {
  try {
    return new RegExp(grep, 'u')
  } catch (thrown) {
    const { message } = thrown as Error
    throw new LoopworkError('invalid', `--grep is no regular expression: ${message}`, {
      hint: 'Put a backslash before signs that are meant as such: --grep "\\\\(a guess\\\\)".',
    })
  }
}

function rankOf(level: string): number {
  const name = level.toLowerCase()
  if (name in ranks) return rank(name)
  throw new LoopworkError(
    'invalid',
    `--level must be debug, info, warn or error, found ${JSON.stringify(level)}`,
    {
      hint: 'A level stands for itself and what is worse: `--level warn` shows warnings and errors.',
    },
  )
}

function rank(level: string): number {
  return ranks[level as keyof typeof ranks] ?? ranks.info
}
