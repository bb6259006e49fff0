/** A task, as far as its dependencies go. */
export type Dependent = { readonly id: string; readonly dependsOn: readonly string[] }

/** What keeps a task from ever being done: dependencies that nobody has, and those that wait for it. */
export type DependencyProblem = {
  readonly id: string
  readonly missing: string[]
  /** The other tasks of its circle; its own id where it depends on itself. */
  readonly cyclic: string[]
}

/** Finds missing and circular dependencies, in time linear in tasks and dependencies. */
export function findDependencyProblems(tasks: readonly Dependent[]): DependencyProblem[] {
  const byId = new Map(tasks.map((task) => [task.id, task]))
  const circleOf = circles(tasks, byId)
  return tasks.flatMap(({ id, dependsOn }) => {
    const missing = dependsOn.filter((other) => !byId.has(other))
    const circle = circleOf.get(id) ?? []
    const others = circle.filter((other) => other !== id)
    const cyclic = circle.length > 0 && others.length === 0 ? [id] : others
    return missing.length > 0 || cyclic.length > 0 ? [{ id, missing, cyclic }] : []
  })
}

type Visit = { readonly index: number; low: number; isOnStack: boolean }
type Step = { readonly id: string; readonly visit: Visit; next: number }

/**
 * The strongly connected components that hold a circle, by Tarjan's algorithm (1972), without recursion: a
 * chain of ten thousand tasks must not overflow the stack.
 */
function circles(
  tasks: readonly Dependent[],
  byId: ReadonlyMap<string, Dependent>,
): ReadonlyMap<string, readonly string[]> {
  const visits = new Map<string, Visit>()
  const open: string[] = []
  const found = new Map<string, readonly string[]>()

  const enter = (id: string): Visit => {
    const visit = { index: visits.size, low: visits.size, isOnStack: true }
    visits.set(id, visit)
    open.push(id)
    return visit
  }

  const close = (id: string): void => {
    const component = open.splice(open.lastIndexOf(id))
    for (const member of component) (visits.get(member) as Visit).isOnStack = false
    const isCircle = component.length > 1 || byId.get(id)?.dependsOn.includes(id)
    if (isCircle) for (const member of component) found.set(member, component)
  }

  const leave = ({ id, visit }: Step, parent: Step | undefined): void => {
    if (visit.low === visit.index) close(id)
    if (parent) parent.visit.low = Math.min(parent.visit.low, visit.low)
  }

  /** Looks along one dependency; gives the step down it, where it was not visited before. */
  const look = (step: Step, other: string): Step | null => {
    const seen = visits.get(other)
    if (seen?.isOnStack) step.visit.low = Math.min(step.visit.low, seen.index)
    return !seen && byId.has(other) ? { id: other, visit: enter(other), next: 0 } : null
  }

  const walk = (from: string): void => {
    const path: Step[] = [{ id: from, visit: enter(from), next: 0 }]
    for (let step = path.at(-1); step; step = path.at(-1)) {
      const other = byId.get(step.id)?.dependsOn[step.next]
      step.next += 1
      const down = other === undefined ? null : look(step, other)
      if (down) path.push(down)
      if (other === undefined) leave(step, path.at(-2))
      if (other === undefined) path.pop()
    }
  }

  for (const { id } of tasks) if (!visits.has(id)) walk(id)
  return found
}
