import type { Priority } from '../events/shapes.ts'

const ranks: Readonly<Record<Priority, number>> = { high: 0, medium: 1, low: 2, background: 3 }

/** The order in which tasks are worked off: by priority, and among equals as the user wrote them. */
export function orderTasks<T extends { readonly priority: Priority }>(tasks: readonly T[]): T[] {
  return [...tasks].sort((a, b) => ranks[a.priority] - ranks[b.priority])
}
