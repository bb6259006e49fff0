import type { TaskRow } from '../projections/task-row.ts'

/** Which agents are at work, so that one can tell whether what happens to a file may be their doing. */
export type AtWork = {
  /** A row of the board has changed. */
  note(key: string, row: TaskRow | undefined): void
  /** Whether one is, or was since `forget`. */
  isPossible(): boolean
  /** Whether none is, or one has come to its end since `forget`: nobody is half-way through something then. */
  isOver(): boolean
  forget(): void
}

export function createAtWork(rows: ReadonlyMap<string, TaskRow | undefined>): AtWork {
  const open = new Set([...rows].flatMap(([key, row]) => (row?.open ? [key] : [])))
  let hasEnded = false
  return {
    note: (key, row) => {
      if (row?.open) open.add(key)
      else if (open.delete(key)) hasEnded = true
    },
    isPossible: () => open.size > 0 || hasEnded,
    isOver: () => open.size === 0 || hasEnded,
    forget: () => {
      hasEnded = false
    },
  }
}
