import type { BacklogStatus } from '../../ports/backlog.ts'

/** How a status is written in the file. */
export const wordOf: Readonly<Record<BacklogStatus, string>> = {
  pending: 'pending',
  'in-progress': 'in-progress',
  completed: 'completed',
  failed: 'failed',
  cancelled: 'cancelled',
  skipped: 'skipped',
  held: 'blocked',
}

/** The words for a status that a file may hold, older spellings included. */
export const statusOfWord: ReadonlyMap<string, BacklogStatus> = new Map([
  ['pending', 'pending'],
  ['in-progress', 'in-progress'],
  ['completed', 'completed'],
  ['failed', 'failed'],
  ['cancelled', 'cancelled'],
  ['skipped', 'skipped'],
  ['quarantined', 'failed'],
  ['blocked', 'held'],
  ['in_progress', 'in-progress'],
])

/** The words a person is told of. */
export const statusWords: readonly string[] = [...statusOfWord.keys()].filter((word) => !word.includes('_'))
