import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type App, openApp, storeFolder } from '../app.ts'
import { secretsIn } from '../config/secrets.ts'
import { LoopworkError } from '../errors.ts'
import type { EventLog } from '../ports/event-log.ts'
import { maskedLog } from '../runtime/masked.ts'
import type { Io } from './io.ts'

/** Opens the store of the project; nothing that is written to it holds a secret. */
export function openStore(
  { root, stateDir }: { readonly root: string; readonly stateDir: string },
  { wrapLog = (log: EventLog) => log, env }: Pick<Io, 'wrapLog' | 'env'>,
): Promise<App> {
  return openApp({
    projectRoot: root,
    stateDir,
    wrapLog: (log) => maskedLog(wrapLog(log), secretsIn(env)),
  })
}

/** The same for one use; it is closed whatever happens. */
export async function withApp<T>(
  place: { readonly root: string; readonly stateDir: string },
  io: Io,
  use: (app: App) => Promise<T>,
): Promise<T> {
  const app = await openStore(place, io)
  try {
    return await use(app)
  } finally {
    await app.close()
  }
}

/** Whether anything has ever run here. Looking must not make a state folder. */
export function hasStore(stateDir: string): boolean {
  return existsSync(join(stateDir, storeFolder, 'data.mdb'))
}

/** The same, where something has run already; otherwise fails with `not_found`. */
export function withStoreHere<T>(
  place: { readonly root: string; readonly stateDir: string },
  io: Io,
  use: (app: App) => Promise<T>,
): Promise<T> {
  if (hasStore(place.stateDir)) return withApp(place, io, use)
  throw new LoopworkError('not_found', 'nothing has happened here yet', {
    hint: 'Begin with `loopwork start`.',
  })
}
