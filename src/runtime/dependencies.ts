import type { taskStream } from '../events/event.ts'
import type { Request } from '../machines/subjects.ts'
import type { TaskCommand } from '../machines/task/commands.ts'
import type { BacklogTask } from '../ports/backlog.ts'
import type { TaskRow } from '../projections/task-row.ts'
import type { Offer } from './offer.ts'

/** Blocks what depends on something open, and lets go what does not any more. */
export function dependencies(
  tasks: readonly BacklogTask[],
  { problems }: Offer,
  rowOf: (id: string) => TaskRow | undefined,
  streamOf: (id: string) => ReturnType<typeof taskStream>,
): Request[] {
  return tasks.flatMap(({ id, dependsOn }): Request[] => {
    const row = rowOf(id)
    if (!row || !['queued', 'blocked', 'waitingToRetry', 'waitingForLimit'].includes(row.state)) return []
    const waitsFor = dependsOn.filter((other) => rowOf(other)?.state !== 'completed')
    const isBlocked = row.state === 'blocked'
    if (waitsFor.length === 0) {
      return isBlocked ? [{ stream: streamOf(id), command: { type: 'unblock' } }] : []
    }
    const { missing = [], cyclic = [] } = problems.get(id) ?? {}
    const isSame = isBlocked && missing.join() === row.missing.join() && cyclic.join() === row.cyclic.join()
    if (isSame) return []
    const command: TaskCommand = { type: 'block', waitsFor, missing: [...missing], cyclic: [...cyclic] }
    return [{ stream: streamOf(id), command }]
  })
}
