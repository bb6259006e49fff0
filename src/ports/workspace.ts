/** The files of the project, as far as one can tell what an attempt has changed in them. */
export type Workspace = {
  /** Remembers how they stand now, for the attempt of this key: the path that the names of its files begin with. */
  remember(key: string): Promise<void>
  /** What has changed since then, as a patch; null where nothing was remembered for this key. It is then forgotten. */
  changesSince(key: string): Promise<string | null>
}
