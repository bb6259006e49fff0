import type { Fact } from '../events/catalogue.ts'
import type { Checkpoint } from './view-store.ts'

/** Something in the store that is not as it was written. */
export type Flaw = {
  /** Place in the log, where it has one. */
  readonly position: number | null
  readonly stream: string | null
  readonly problem: string
}

/** Events that were read, and what stopped the reading, if anything did: nothing comes after a flaw. */
export type Reading = { readonly facts: readonly Fact[]; readonly flaw: Flaw | null }

/** A view as the store keeps it; of each row only what stands for it, so that many take little room. */
export type KeptView = { readonly checkpoint: Checkpoint; readonly digests: ReadonlyMap<string, number> }

/** A store as it was at one moment, to be checked. Nothing of this changes it. */
export type Inspection = {
  /** The position of the newest event; what others write meanwhile is not looked at. */
  readonly head: number
  /** The newest position that a writer is known to have been promised; 0 where nobody left word. */
  readonly acknowledged: number
  /** The highest token raised by each name. */
  readonly fences: ReadonlyMap<string, number>
  readonly views: ReadonlyMap<string, KeptView | Flaw>
  /** All events in order, each seen to be whole and to follow from the one before. */
  readAll(): AsyncIterable<Reading>
  /** All events once more, history by history, found through the index of the histories. */
  readHistories(): AsyncIterable<Reading>
  close(): Promise<void>
}
