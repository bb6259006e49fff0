/** The files of the project, as far as one can tell what an attempt has changed in them. */
export type Workspace = {
  /** Remembers how they stand now, for the attempt of this key; what was remembered in the namespace before is let go. */
  remember(namespace: string, key: string): Promise<void>
  /** What has changed since then, as a patch; null where nothing was remembered for this key. */
  changesSince(namespace: string, key: string): Promise<string | null>
  /** Lets go of what is remembered in the namespace: no attempt in it is open any more. */
  forget(namespace: string): Promise<void>
}
