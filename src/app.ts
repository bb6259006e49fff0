import { nanoid } from 'nanoid'
import { keepFromGit } from './adapters/files/keep-from-git.ts'
import { openLmdbStore } from './adapters/lmdb/store.ts'
import { systemClock } from './adapters/system/clock.ts'
import type { Asker } from './events/event.ts'
import { defaultRetry, type RetryPolicy } from './machines/retry.ts'
import type { Clock } from './ports/clock.ts'
import type { EventLog, Fence } from './ports/event-log.ts'
import type { Leases } from './ports/leases.ts'
import type { PluginStore } from './ports/plugin-store.ts'
import type { ViewStore } from './ports/view-store.ts'
import type { Projection } from './projections/projection.ts'
import type { Dispatch } from './runtime/dispatch.ts'
import type { Recall } from './runtime/recall.ts'
import { openView, type View } from './runtime/views.ts'

/** The opened store of a project, and the ways to ask it and to change it. */
export type App = {
  readonly projectRoot: string
  readonly stateDir: string
  readonly clock: Clock
  readonly log: EventLog
  readonly store: ViewStore
  readonly leases: Leases
  readonly plugins: PluginStore
  newId(): string
  /** A view, folded as far as the log goes. */
  view(projection: Projection): Promise<View>
  recall(): Promise<Recall>
  /** The way to change anything, on somebody's behalf. */
  dispatch(writer: {
    readonly by: Asker
    readonly session?: string
    readonly fence?: Fence
    readonly retry?: RetryPolicy
  }): Promise<Dispatch>
  /** See `Store`. */
  backup(folder: string): Promise<void>
  /** See `Store`. */
  putBackIfRemoved(): Promise<boolean>
  close(): Promise<void>
}

/** How many new events a reader folds for itself before it leaves a checkpoint for the next one. */
const checkpointEvery = 500

/** Where a project's store is, below its state folder. */
export const storeFolder = 'store'

/**
 * The composition root of whoever reads and asks: opens the store. Charts and what decides by them are loaded
 * only when something is asked for, so that looking costs little.
 */
export async function openApp(given: {
  readonly projectRoot: string
  readonly stateDir: string
  readonly clock?: Clock
  /** Stands between the log and everybody who uses it: for tests that break off at a certain append. */
  wrapLog?(log: EventLog): EventLog
}): Promise<App> {
  const { projectRoot, stateDir } = given
  const clock = given.clock ?? systemClock
  const newId = () => nanoid()
  const store = await openLmdbStore({ path: `${stateDir}/${storeFolder}`, clock, newId })
  keepFromGit(stateDir)
  const log = given.wrapLog?.(store.log) ?? store.log
  let recall: Recall | null = null

  const app: App = {
    projectRoot,
    stateDir,
    clock,
    log,
    store: store.views,
    leases: store.leases,
    plugins: store.plugins,
    newId,
    view: async (projection) => {
      const view = await openView(projection, { log, store: store.views })
      await view.catchUp()
      await view.save(checkpointEvery)
      return view
    },
    recall: async () => {
      if (!recall) {
        const { createRecall } = await import('./runtime/recall.ts')
        recall = createRecall(log)
      }
      return recall
    },
    dispatch: async ({ by, session = null, fence, retry = defaultRetry }) => {
      const { createDispatch } = await import('./runtime/dispatch.ts')
      const writer = { by, session, ...(fence ? { fence } : {}) }
      const chance = Math.random
      return createDispatch({ log, recall: await app.recall(), clock, retry, newId, chance, writer })
    },
    backup: (folder) => store.backup(folder),
    putBackIfRemoved: () => store.putBackIfRemoved(),
    close: () => store.close(),
  }
  return app
}
