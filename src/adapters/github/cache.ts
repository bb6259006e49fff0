import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import * as z from 'zod/mini'
import { keptIssue } from './issue.ts'

/** What was known when a process ended: the next one asks only for what has changed since. */
const kept = z.object({
  version: z.literal(1),
  repo: z.string(),
  taskLabel: z.string(),
  /** The instant of the newest change that was seen, and the etag of asking for what came after. */
  cursor: z.string(),
  etag: z.nullable(z.string()),
  fullAt: z.string(),
  issues: z.array(keptIssue),
  /** Issues that are no tasks but that tasks depend on, and whether they are open. */
  others: z.record(z.string(), z.boolean()),
})
export type Cache = z.infer<typeof kept>

/** Reads what was kept of this repository; null where nothing can be used. It is only a cache. */
export function readCache(path: string, repo: string, taskLabel: string): Cache | null {
  try {
    const parsed = kept.safeParse(JSON.parse(readFileSync(path, 'utf8')))
    return parsed.success && parsed.data.repo === repo && parsed.data.taskLabel === taskLabel
      ? parsed.data
      : null
  } catch {
    return null // not there, or written by half
  }
}

/** Keeps a value in a file, whole or not at all. */
export function keepIn(path: string, value: unknown): void {
  mkdirSync(dirname(path), { recursive: true })
  const passing = `${path}.${process.pid}.tmp`
  writeFileSync(passing, JSON.stringify(value), { mode: 0o600 })
  renameSync(passing, path)
}
