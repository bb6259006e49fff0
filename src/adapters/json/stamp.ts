/** What tells one state of a file from another without reading it. */
export type FileStamp = { readonly text: string; readonly modifiedMs: number }

/** The stamp of what `stat` says with `bigint`. */
export function stampOf(stats: { ino: bigint; size: bigint; mtimeNs: bigint }): FileStamp {
  return {
    text: `${stats.ino}-${stats.size}-${stats.mtimeNs}`,
    modifiedMs: Number(stats.mtimeNs / 1_000_000n),
  }
}
