import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type App, openApp, storeFolder } from '../app.ts'
import { secretsOf } from '../config/secrets.ts'
import { LoopworkError } from '../errors.ts'
import type { EventLog } from '../ports/event-log.ts'
import type { Secret } from '../ports/secret.ts'
import { maskedLog } from '../runtime/masked.ts'
import type { Io } from './io.ts'

/** Where a store is, and the secrets that the configuration of its project holds, where that was read. */
type Place = {
  readonly root: string
  readonly stateDir: string
  readonly settings?: { readonly secrets: readonly Secret[] }
}

/** Opens the store of the project; nothing that is written to it holds a secret. */
export function openStore(
  { root, stateDir, settings = { secrets: [] } }: Place,
  { wrapLog = (log: EventLog) => log, env }: Pick<Io, 'wrapLog' | 'env'>,
): Promise<App> {
  return openApp({
    projectRoot: root,
    stateDir,
    wrapLog: (log) => maskedLog(wrapLog(log), secretsOf(settings, env)),
  })
}

/** The same for one use; it is closed whatever happens. */
export async function withApp<T>(place: Place, io: Io, use: (app: App) => Promise<T>): Promise<T> {
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
export function withStoreHere<T>(place: Place, io: Io, use: (app: App) => Promise<T>): Promise<T> {
  if (hasStore(place.stateDir)) return withApp(place, io, use)
  throw new LoopworkError('not_found', 'nothing has happened here yet', {
    hint: 'Begin with `loopwork start`.',
  })
}
