import { readdirSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { createSessionFiles } from '../../adapters/files/session-files.ts'
import { LoopworkError } from '../../errors.ts'

const chunkBytes = 1 << 20
const lookMs = 500

/** The log that was named, or the newest one in the folder that was named; null where neither was. */
export function logFileOf(
  { logFile, logDir }: { readonly logFile?: string | undefined; readonly logDir?: string | undefined },
  cwd: string,
): string | null {
  if (logFile !== undefined) return existing(resolve(cwd, logFile))
  if (logDir === undefined) return null
  const folder = existing(resolve(cwd, logDir))
  const logs = readdirSync(folder)
    .filter((name) => name.endsWith('.log'))
    .map((name) => join(folder, name))
    .sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs)
  if (logs[0]) return logs[0]
  throw new LoopworkError('not_found', `there is no file *.log in ${folder}`, {
    hint: 'Name the file itself with --log-file.',
  })
}

function existing(path: string): string {
  if (statSync(path, { throwIfNoEntry: false })) return path
  throw new LoopworkError('not_found', `there is no ${path}`)
}

/** The lines of a file with their numbers; with `isFollowed`, also those that come, until the signal. */
export async function* linesOf(
  path: string,
  isFollowed: boolean,
  signal: AbortSignal,
): AsyncGenerator<readonly [line: string, nth: number]> {
  const file = createSessionFiles('').follow(path)
  let nth = 0
  try {
    for (let more = true; more && !signal.aborted; ) {
      const batch = await file.read({ atMost: chunkBytes, skip: false })
      for (const line of batch.lines) {
        nth += 1
        yield [line, nth]
      }
      more = batch.more || isFollowed
      if (!batch.more && isFollowed) await pause(lookMs, undefined, { signal }).catch(() => undefined)
    }
    if (!isFollowed && file.rest()) yield [file.rest(), nth + 1]
  } finally {
    await file.close()
  }
}
