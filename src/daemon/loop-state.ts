import type { LoopRow } from '../projections/loops.ts'
import type { HolderState } from './take-namespace.ts'

/** What a loop does, as the log and a look at its process have it. */
export type SeenLoop = {
  /**
   * `crashed` is a loop whose process died without a word: `resume` goes on with it. `silent` is one whose
   * process lives, but is stopped or hangs: `restart` replaces it.
   */
  readonly state: LoopRow['state'] | 'crashed' | 'silent'
  readonly reason: string
  readonly pid: number | null
}

const troubles = {
  gone: ['crashed', 'its process died; `loopwork resume` goes on where it was'],
  silent: ['silent', 'its process is stopped or hangs; `loopwork restart` replaces it'],
} as const

/** The log cannot know that the process of a loop has died, or does not answer. */
export function seenLoop(row: LoopRow, holder: HolderState): SeenLoop {
  const trouble = row.state === 'stopped' || holder === 'working' ? null : troubles[holder]
  return {
    state: trouble?.[0] ?? row.state,
    reason: trouble?.[1] ?? row.reason,
    pid: holder === 'gone' ? null : (row.holder?.pid ?? null),
  }
}
