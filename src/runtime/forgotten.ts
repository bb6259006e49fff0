import { isEnd } from '../machines/reconcile.ts'
import { rolledBack } from '../machines/rollback.ts'
import type { BacklogTask } from '../ports/backlog.ts'
import type { TaskRow } from '../projections/task-row.ts'
import type { AtWork } from './at-work.ts'
import type { Offer } from './offer.ts'

/** Tasks whose end the backlog has forgotten by what an agent did. Costs next to nothing where there is none. */
export function forgottenIn(
  tasks: readonly BacklogTask[],
  { snapshot, rows, indexes }: Offer,
  rowOf: (id: string) => TaskRow | undefined,
  atWork: Pick<AtWork, 'isPossible'>,
): readonly string[] {
  const isSuspect = tasks.some(({ id, status }) => status === 'pending' && isEnd(rowOf(id)?.told ?? ''))
  if (!isSuspect || !atWork.isPossible()) return []
  return rolledBack(
    rows.flatMap((row) => {
      const offered = row && snapshot.tasks[indexes.get(row.id) ?? -1]
      if (!row || !offered) return []
      const { id, state, told, since } = row
      return [{ id, offered: offered.status, state, told, since }]
    }),
  )
}
