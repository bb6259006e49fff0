import { LoopworkError } from '../errors.ts'

/** How far agents may make a backlog grow by themselves. */
export type GrowthLimits = {
  /** Tasks that one attempt may add. */
  readonly perAttempt: number
  /** How many tasks may stand above one another, as parts of parts. */
  readonly depth: number
  /** Tasks that may be open at once. */
  readonly open: number
}

export const defaultGrowth: GrowthLimits = { perAttempt: 10, depth: 3, open: 500 }

type Grown = { readonly id: string; readonly parent: string | null; readonly state: string }

const closed = new Set(['completed', 'failed', 'cancelled', 'skipped', 'removed'])

/** Refuses a task that an agent wants to add where it would be one too many, or a part too deep. */
export function assertRoom(tasks: readonly Grown[], parent: string | null, limits: GrowthLimits): void {
  const open = tasks.filter(({ state }) => !closed.has(state)).length
  if (open >= limits.open) {
    throw tooMuch(`${open} tasks are open, and agents may add none beyond ${limits.open}`)
  }
  const parentOf = new Map(tasks.map((task) => [task.id, task.parent]))
  let depth = 1
  for (let above = parent; above !== null && depth <= limits.depth; above = parentOf.get(above) ?? null)
    depth += 1
  if (depth > limits.depth) {
    throw tooMuch(
      `a part of ${parent} would be ${depth} deep, and agents may go no deeper than ${limits.depth}`,
    )
  }
}

/** Refuses when one attempt has added all that it may. */
export function assertAllowance(granted: number, limit: number): void {
  if (granted >= limit)
    throw tooMuch(`this attempt has added ${granted} tasks, and may add no more than ${limit}`)
}

function tooMuch(message: string): LoopworkError {
  return new LoopworkError('rejected', message, {
    hint: 'Do the work within the task, or leave it to a person. The limits are set under dynamicTasks.',
  })
}
