import type { Fact } from '../events/catalogue.ts'
import type { SessionFiles } from '../ports/session-files.ts'
import { narrate } from '../projections/narration.ts'

/** What happens in one session, as lines for its `loopwork.log`. */
export function journalOf(files: Pick<SessionFiles, 'log'>, folder: string, isOurs: (fact: Fact) => boolean) {
  return async (batch: readonly Fact[]): Promise<void> => {
    const lines = batch.filter(isOurs).map(journalLine)
    if (lines.length > 0) await files.log(folder, lines)
  }
}

/** `2026-11-24T13:00:00.000Z INFO  TASK-001 attempt 1 with claude …` */
export function journalLine(fact: Fact): string {
  const { level, subject, text } = narrate(fact)
  return `${fact.at} ${level.toUpperCase().padEnd(5)} ${subject} ${text}`
}
