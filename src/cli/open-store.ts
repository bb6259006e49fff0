import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { gateHolders } from '../adapters/lmdb/gate-holder.ts'
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

/** From when on somebody who waits for the store is told so, in milliseconds. */
const patienceMs = 5_000

/** Opens the store of the project; nothing that is written to it holds a secret. */
export async function openStore(
  { root, stateDir, settings = { secrets: [] } }: Place,
  { wrapLog = (log: EventLog) => log, env, err }: Pick<Io, 'wrapLog' | 'env' | 'err'>,
): Promise<App> {
  const late = setTimeout(() => err(`${waitText(join(stateDir, storeFolder, 'gate'))}\n`), patienceMs)
  try {
    return await openApp({
      projectRoot: root,
      stateDir,
      wrapLog: (log) => maskedLog(wrapLog(log), secretsOf(settings, env)),
    })
  } finally {
    clearTimeout(late)
  }
}

/** A process that is stopped while it writes holds up all others; nobody else can say which it is. */
function waitText(gate: string): string {
  const holders = gateHolders(gate)
  const stopped = holders.find(({ isStopped }) => isStopped)
  if (stopped) {
    return `waiting for the store: process ${stopped.pid} is stopped while it writes there. Wake it with \`kill -CONT ${stopped.pid}\`, or end it with \`kill -KILL ${stopped.pid}\`.`
  }
  const who = holders.map(({ pid }) => pid).join(', ')
  return `waiting for the store${who ? `, where process ${who} is at work` : ''} …`
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
