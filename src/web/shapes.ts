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
