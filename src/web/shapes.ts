import type { AttemptFiles } from '../ports/session-files.ts'

/** A piece of a file of an attempt; `offset` and `size` in bytes. */
export type Piece = { readonly size: number; readonly offset: number; readonly text: string }

/** A file of an attempt that may be looked into. */
export type Shown = Extract<keyof AttemptFiles, 'prompt' | 'output' | 'stderr' | 'verifyOutput'>

/** A statechart as it can be drawn: its states, and the events that lead from one to another. */
export type Chart = {
  readonly id: string
  readonly initial: string
  readonly states: readonly {
    readonly name: string
    readonly tags: readonly string[]
    /** The work that is alive in it. */
    readonly work: readonly string[]
  }[]
  readonly arrows: readonly { readonly from: string; readonly to: string; readonly event: string }[]
}

/** Everything as it stands now, row by row, so that a page can be drawn before the log has been read. */
export type Present = {
  readonly position: number
  /** When the last of its facts happened; empty before the first. */
  readonly at: string
  readonly board: readonly (readonly [key: string, row: unknown])[]
  readonly costs: readonly (readonly [key: string, row: unknown])[]
  readonly loops: readonly (readonly [key: string, row: unknown])[]
}

/** What a page needs before anything else. */
export type Start = {
  readonly project: string
  readonly dailyBudgetUsd: number | null
  /** Whether only a recording is shown: nothing can be asked for. */
  readonly isRecording: boolean
  readonly charts: readonly Chart[]
  readonly present: Present
}
