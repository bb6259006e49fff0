import type { Priority } from '../../events/shapes.ts'
import type { BacklogTask } from '../../ports/backlog.ts'
import { idOf } from './body-text.ts'
import { type ApiIssue, aliasOf, featureOf, type KeptIssue, priorityOf, statusOf } from './issue.ts'
import type { LabelNames } from './labels.ts'

/** The issues that are tasks, in memory, and what the backlog says of each. */
export type Shelf = {
  /** Another number whenever something is different. */
  readonly revision: number
  /** A mark for what is asked now: an answer to it is newer than what was known before. */
  tick(): number
  isTask(issue: ApiIssue): boolean
  /** Whether what is known is newer than this answer, which was asked for at `asOf`. */
  isStale(issue: ApiIssue, asOf: number): boolean
  get(number: number): KeptIssue | undefined
  put(issue: KeptIssue, asOf: number): void
  /** Takes note of an issue that is no task, or none any more. */
  leave(issue: ApiIssue): void
  drop(number: number): void
  keepOnly(numbers: ReadonlySet<number>): void
  /** Ids that tasks depend on and of which nothing is known. */
  strangers(): string[]
  meet(id: string, isOpen: boolean): void
  tasks(): readonly BacklogTask[]
  content(): { issues: KeptIssue[]; others: Record<string, boolean> }
}

export function createShelf(
  labels: LabelNames,
  issues: readonly KeptIssue[],
  known: Readonly<Record<string, boolean>>,
  usual: Priority = 'medium',
): Shelf {
  const shelf = new Map(issues.map((issue) => [issue.number, { issue, asOf: 0 }]))
  const others = new Map(Object.entries(known))
  const made = new Map<number, { from: KeptIssue; task: BacklogTask }>()
  let revision = 1
  let ticks = 0
  let arranged: { revision: number; tasks: readonly BacklogTask[] } | null = null

  const names = (): ReadonlyMap<string, string> => {
    const found = new Map<string, string>()
    for (const { issue } of shelf.values()) {
      const alias = aliasOf(issue)
      if (alias !== null) found.set(alias, found.has(alias) ? '' : idOf(issue.number)) // two: nobody's
    }
    return found
  }

  const isStale = (number: number, updatedAt: string, asOf: number): boolean => {
    const held = shelf.get(number)
    if (!held) return false
    return updatedAt < held.issue.updatedAt || (updatedAt === held.issue.updatedAt && asOf < held.asOf)
  }

  const drop = (number: number): void => {
    if (shelf.delete(number)) revision += 1
    made.delete(number)
  }

  /** Open dependencies and those that are tasks; a closed issue that is no task keeps nobody waiting. */
  const relationsOf = (issue: KeptIssue, called: ReadonlyMap<string, string>) => {
    const resolved = (id: string): string => called.get(id) || id
    const { parent, dependsOn } = issue.native
    const all = dependsOn.length > 0 ? dependsOn : issue.text.dependsOn.map(resolved)
    const said = issue.text.parent === null ? null : resolved(issue.text.parent)
    return { parent: parent ?? said, dependsOn: [...new Set(all)].filter((id) => others.get(id) !== false) }
  }

  const taskOf = (issue: KeptIssue, called: ReadonlyMap<string, string>): BacklogTask => {
    const before = made.get(issue.number)
    const relations = relationsOf(issue, called)
    const isSame = before?.from === issue && String(before.task.dependsOn) === String(relations.dependsOn)
    if (before && isSame && before.task.parent === relations.parent) return before.task
    const task: BacklogTask = {
      id: idOf(issue.number),
      title: issue.title,
      status: statusOf(issue, labels),
      priority: priorityOf(issue, labels, usual),
      feature: featureOf(issue),
      ...relations,
      heldBy: issue.heldBy,
      metadata: { url: issue.url, number: issue.number, labels: issue.labels, assignees: issue.assignees },
    }
    made.set(issue.number, { from: issue, task })
    return task
  }

  const arrange = (): readonly BacklogTask[] => {
    if (arranged?.revision === revision) return arranged.tasks
    const called = names()
    const inOrder = [...shelf.values()].sort((a, b) => a.issue.number - b.issue.number)
    arranged = { revision, tasks: inOrder.map(({ issue }) => taskOf(issue, called)) }
    return arranged.tasks
  }

  return {
    get revision() {
      return revision
    },
    tick: () => {
      ticks += 1
      return ticks
    },
    isTask: ({ labels: own }) =>
      own.some((label) => (typeof label === 'string' ? label : label.name) === labels.task),
    isStale: ({ number, updated_at }, asOf) => isStale(number, updated_at, asOf),
    get: (number) => shelf.get(number)?.issue,
    put: (issue, asOf) => {
      if (isStale(issue.number, issue.updatedAt, asOf)) return // changed while more was asked about it
      const before = shelf.get(issue.number)?.issue
      if (before && JSON.stringify(before) === JSON.stringify(issue)) {
        shelf.set(issue.number, { issue: before, asOf })
        return
      }
      shelf.set(issue.number, { issue, asOf })
      others.delete(idOf(issue.number))
      revision += 1
    },
    leave: ({ number, state }) => {
      drop(number)
      const id = idOf(number)
      const isOpen = state === 'open'
      if (others.has(id) && others.get(id) !== isOpen) revision += 1
      if (others.has(id)) others.set(id, isOpen)
    },
    drop,
    keepOnly: (numbers) => {
      for (const number of [...shelf.keys()]) if (!numbers.has(number)) drop(number)
    },
    strangers: () => {
      const needed = new Set(arrange().flatMap(({ dependsOn }) => dependsOn))
      return [...needed].filter((id) => !others.has(id) && !isOnShelf(id, shelf))
    },
    meet: (id, isOpen) => {
      others.set(id, isOpen)
      if (!isOpen) revision += 1
    },
    tasks: arrange,
    content: () => ({
      issues: [...shelf.values()].map(({ issue }) => issue),
      others: Object.fromEntries(others),
    }),
  }
}

function isOnShelf(id: string, shelf: ReadonlyMap<number, unknown>): boolean {
  return [...id.matchAll(/^GH-(\d+)$/g)].some(([, number]) => shelf.has(Number(number)))
}
