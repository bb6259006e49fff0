// A process of its own that tells the statuses of the tasks it is given: <folder> <tasks file> <id> …
import { setTimeout } from 'node:timers/promises'
import { openJsonBacklog } from '../../../src/adapters/json/backlog.ts'
import type { ProcessIdentity } from '../../../src/events/shapes.ts'

const [projectRoot = '', tasksFile = '', ...ids] = process.argv.slice(2)
const identityOf = (pid: number): ProcessIdentity => ({ pid, start: 'x', boot: 'b', host: 'here' })
const isThere = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

const backlog = openJsonBacklog({
  projectRoot,
  tasksFile,
  clock: {
    now: () => new Date(),
    until: async (instant) => {
      await setTimeout(Math.max(0, instant.getTime() - Date.now()))
    },
  },
  processes: {
    self: identityOf(process.pid),
    identify: (pid) => (isThere(pid) ? identityOf(pid) : null),
    signal: () => false,
    isAlive: ({ pid }) => isThere(pid),
  },
})
for (const id of ids) await backlog.tell(id, 'completed', `by ${process.pid}`)
await backlog.close()
