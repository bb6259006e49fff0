import type { AttemptFiles } from '../ports/session-files.ts'

/** A piece of a file of an attempt: from `offset` to `end` of `size`, in bytes. */
export type Piece = {
  readonly size: number
  readonly offset: number
  readonly end: number
  readonly text: string
}

/** Lines of a file in which something stands, each with where it begins, in bytes; `isCut` where there are more. */
export type Found = {
  readonly lines: readonly { readonly offset: number; readonly text: string }[]
  readonly isCut: boolean
}

/** A file of an attempt that may be looked into. */
export type Shown = Extract<keyof AttemptFiles, 'prompt' | 'output' | 'stderr' | 'verifyOutput' | 'changes'>

/** A plugin of a namespace, and how it fares. */
export type PluginRow = {
  readonly plugin: string
  readonly namespace: string
  readonly state: string
  readonly problem: string | null
  /** Events it has not heard yet; null for one that hears only what happens now. */
  readonly lag: number | null
  readonly errors: number
  readonly refused: number
  readonly throttled: number
  readonly parked: readonly {
    readonly position: number
    readonly type: string
    readonly subject: string
    readonly problem: string
    readonly tries: number
  }[]
}

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
