import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { LoopworkError } from '../../errors.ts'
import type { Clock } from '../../ports/clock.ts'
import type { EventLog } from '../../ports/event-log.ts'
import type { Leases } from '../../ports/leases.ts'
import type { PluginStore } from '../../ports/plugin-store.ts'
import type { ViewStore } from '../../ports/view-store.ts'
import { createBell } from './bell.ts'
import { createEventLog } from './event-log.ts'
import { storeFailure } from './failures.ts'
import { type Gate, openGate } from './gate.ts'
import { createLeases } from './leases.ts'
import { marked } from './opening.ts'
import { createPluginStore } from './plugin-store.ts'
import { putBack } from './put-back.ts'
import { remoteFileSystem } from './remote.ts'
import { lastPosition, openTables } from './tables.ts'
import { createViewStore } from './view-store.ts'

export type Store = {
  readonly log: EventLog
  readonly views: ViewStore
  readonly leases: Leases
  readonly plugins: PluginStore
  /** Writes the whole store, as it is at one moment, to `data.mdb` in a folder; others go on writing. */
  backup(folder: string): Promise<void>
  /**
   * Puts its files back where they were removed while it was open, and says whether they were. This store takes no
   * more events then: it has to be closed, and opened again.
   */
  putBackIfRemoved(): Promise<boolean>
  close(): Promise<void>
}

/** Opens the event log and the views of a project, or makes them. One per process; not after a fork. */
export async function openLmdbStore(given: {
  readonly path: string
  readonly clock: Pick<Clock, 'now'>
  newId(): string
}): Promise<Store> {
  const { path } = given
  const gate = await makeFolder(path)
  try {
    const tables = await gate.pass('exclusive', () => marked(path, () => openTables(path)))
    const bell = createBell(join(path, 'wake'), () => {
      tables.root.resetReadTxn()
      return lastPosition(tables)
    })
    const plugins = createPluginStore({ tables, gate })
    const log = createEventLog({ ...given, tables, gate, bell })
    return {
      log,
      views: createViewStore({ tables, gate }),
      backup: async (folder) => {
        await tables.root.backup(folder, true).catch((thrown: unknown) => {
          throw storeFailure(thrown, `copying the store to ${folder}`)
        })
      },
      putBackIfRemoved: async () => {
        if (!gate.isRemoved()) return false
        await gate.passAlone(() => putBack(tables.root, path))
        return true
      },
      leases: createLeases({ tables, gate }),
      plugins,
      close: async () => {
        await log.close()
        await plugins.settled()
        bell.close()
        await gate.passAlone(() => tables.root.close())
        gate.close()
      },
    }
  } catch (thrown) {
    gate.close()
    throw storeFailure(thrown, `opening the store at ${path}`)
  }
}

async function makeFolder(path: string): Promise<Gate> {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 })
    await assertLocal(path)
    return openGate(join(path, 'gate'))
  } catch (thrown) {
    throw storeFailure(thrown, `opening the store at ${path}`)
  }
}

async function assertLocal(path: string): Promise<void> {
  const kind = await remoteFileSystem(path)
  if (kind === null) return
  throw new LoopworkError(
    'invalid',
    `${path} is on ${kind}, a network file system, where the store would be damaged`,
    {
      hint: 'Set LOOPWORK_STATE_DIR to a folder on a local disk.',
    },
  )
}
