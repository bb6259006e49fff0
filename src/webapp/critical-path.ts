import type { TaskRow } from '../projections/task-row.ts'

type Dependent = Pick<TaskRow, 'id' | 'dependsOn' | 'state'>

const over = new Set(['completed', 'skipped', 'cancelled', 'removed'])

/** The longest chain of tasks that are not done, each waiting for the one before; circles end a chain. */
export function criticalPath(tasks: readonly Dependent[]): string[] {
  const open = new Map(tasks.filter(({ state }) => !over.has(state)).map((task) => [task.id, task]))
  const longest = new Map<string, readonly string[]>()

  const chainTo = (start: string): void => {
    const path = [start]
    const onPath = new Set(path)
    while (path.length > 0) {
      const id = path.at(-1) as string
      const before = (open.get(id)?.dependsOn ?? []).filter((other) => open.has(other) && !onPath.has(other))
      const next = before.find((other) => !longest.has(other))
      if (next !== undefined) {
        path.push(next)
        onPath.add(next)
        continue
      }
      const chains = before.map((other) => longest.get(other) ?? [])
      const best = chains.reduce((a, b) => (b.length > a.length ? b : a), [] as readonly string[])
      longest.set(id, [...best, id])
      path.pop()
      onPath.delete(id)
    }
  }

  for (const id of open.keys()) if (!longest.has(id)) chainTo(id)
  return [...longest.values()].reduce<readonly string[]>(
    (a, b) => (b.length > a.length ? b : a),
    [],
  ) as string[]
}
