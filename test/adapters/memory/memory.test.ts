import { openMemoryEventLog } from '../../../src/adapters/memory/event-log.ts'
import { createMemoryPluginStore } from '../../../src/adapters/memory/plugin-store.ts'
import { createMemoryViewStore } from '../../../src/adapters/memory/view-store.ts'
import { countingIds, now } from '../../support/examples.ts'
import { eventLogContract } from '../event-log.contract.ts'
import { pluginStoreContract } from '../plugin-store.contract.ts'
import { viewStoreContract } from '../view-store.contract.ts'

eventLogContract('an event log in memory', async () =>
  openMemoryEventLog({ clock: { now: () => now }, newId: countingIds() }),
)
viewStoreContract('a view store in memory', async () => createMemoryViewStore())
pluginStoreContract('a store for plugins in memory', async () => createMemoryPluginStore())
