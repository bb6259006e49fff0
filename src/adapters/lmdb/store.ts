import { mkdirSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { LoopworkError } from '../../errors.ts'
import type { Clock } from '../../ports/clock.ts'
import type { EventLog } from '../../ports/event-log.ts'
import type { PluginStore } from '../../ports/plugin-store.ts'
import type { ViewStore } from '../../ports/view-store.ts'
import { createBell } from './bell.ts'
import { createEventLog } from './event-log.ts'
import { storeFailure } from './failures.ts'
import { type Gate, openGate } from './gate.ts'
import { createPluginStore } from './plugin-store.ts'
import { lastPosition, openTables } from './tables.ts'
import { createViewStore } from './view-store.ts'

export type Store = {
  readonly log: EventLog
  readonly views: ViewStore
  readonly plugins: PluginStore
  close(): Promise<void>
}

/** Magic numbers of file systems whose locks and memory maps do not hold: NFS, SMB (three), 9p. */
const remote = new Set([0x6969, 0x517b, 0xfe534d42, 0xff534d42, 0x01021997])

/** Opens the event log and the views of a project, or makes them. One per process; not after a fork. */
export async function openLmdbStore(given: {
  readonly path: string
  readonly clock: Pick<Clock, 'now'>
  newId(): string
}): Promise<Store> {
  const { path } = given
  const gate = await makeFolder(path)
  try {
    const tables = await gate.pass('exclusive', () => openTables(path))
    const bell = createBell(join(path, 'wake'), () => {
      tables.root.resetReadTxn()
      return lastPosition(tables)
    })
    const plugins = createPluginStore({ tables, gate })
    const log = createEventLog({ ...given, tables, gate, bell })
    return {
      log,
      views: createViewStore({ tables, gate }),
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
  if (process.platform !== 'linux') return
  const { type } = await statfs(path)
  if (!remote.has(type >>> 0)) return
  throw new LoopworkError(
    'invalid',
    `${path} is on a network file system, where the store would be damaged`,
    {
      hint: 'Set LOOPWORK_STATE_DIR to a folder on a local disk.',
    },
  )
}
