/** The rows of one view, as they are after all events up to `position`. */
export type Checkpoint = {
  readonly view: string
  /** Version of the projection that made them. Other versions are worthless. */
  readonly version: number
  readonly position: number
}

export type RowChange = readonly [key: string, row: unknown]

/** Where views keep their rows between two processes. A cache: losing it costs time, never truth. */
export type ViewStore = {
  checkpoint(view: string): Promise<Checkpoint | null>
  row(view: string, key: string): Promise<unknown>
  /** Rows whose key begins with `prefix`, by key. */
  rows(view: string, prefix: string): Promise<readonly RowChange[]>
  /**
   * Puts changed rows and the new checkpoint in one step; a row of undefined is deleted. Does nothing and
   * says false where the checkpoint is no longer at `from` (somebody else was first).
   */
  save(from: Checkpoint | null, to: Checkpoint, changes: readonly RowChange[]): Promise<boolean>
  /** Throws all rows of the view away. */
  drop(view: string): Promise<void>
}
