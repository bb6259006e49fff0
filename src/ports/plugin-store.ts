export type PluginRow = readonly [key: string, value: unknown]

/**
 * What plugins leave behind between two runs: how far each has heard, what it could not deliver, what it
 * keeps for itself. Not a view: it cannot be folded from the log.
 */
export type PluginStore = {
  get(owner: string, key: string): Promise<unknown>
  /** Rows whose key begins with `prefix`, by key. */
  rows(owner: string, prefix: string): Promise<readonly PluginRow[]>
  /** Everybody who has a row, by name. */
  owners(): Promise<readonly string[]>
  /**
   * Puts rows in one step; a value of undefined is deleted. With `onlyIf`, does nothing and says false
   * unless that row holds just this value (undefined: is not there).
   */
  put(owner: string, rows: readonly PluginRow[], onlyIf?: PluginRow): Promise<boolean>
}
