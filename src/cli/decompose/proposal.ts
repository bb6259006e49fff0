import * as z from 'zod'
import { type Priority, priority } from '../../events/shapes.ts'
import { findDependencyProblems } from '../../machines/dependencies.ts'

/** A task as an agent proposes it; its id has a meaning only among those it proposes. */
export type ProposedTask = {
  readonly id: string
  readonly title: string
  readonly description: string
  readonly priority: Priority | null
  /** Ids of the proposal, or of tasks that the backlog has. */
  readonly dependsOn: readonly string[]
}

export type Proposal = { readonly feature: string | null; readonly tasks: readonly ProposedTask[] }

const name = z.union([z.string().trim().min(1).max(200), z.number().transform(String)])
const line = z
  .string()
  .trim()
  .min(1)
  .max(300)
  .regex(/^[^\r\n]*$/, 'must be one line')
const answer = z.object({
  feature: line.nullish(),
  tasks: z
    .array(
      z.object({
        id: name.optional(),
        title: line,
        description: z.string().max(100_000).default(''),
        priority: z.enum(priority.options).nullish(),
        dependsOn: z.array(name).max(100).nullish(),
      }),
    )
    .min(1)
    .max(100),
})

/** Finds the proposal in what an agent said, or says in a few words why there is none. */
export function readProposal(said: string, known: ReadonlySet<string>): Proposal | string {
  let problem = 'it is not JSON'
  for (const candidate of candidatesIn(said)) {
    const value = jsonIn(candidate)
    if (value === undefined) continue
    const parsed = answer.safeParse(value)
    if (!parsed.success) {
      const [issue] = parsed.error.issues
      problem = `${issue?.path.join('.') || 'it'}: ${issue?.message}`
      continue
    }
    const { feature, tasks } = parsed.data
    const proposal = {
      feature: feature ?? null,
      tasks: tasks.map((task, nth) => ({
        ...task,
        id: task.id ?? String(nth + 1),
        priority: task.priority ?? null,
        dependsOn: [...new Set(task.dependsOn ?? [])],
      })),
    }
    return flawIn(proposal, known) ?? proposal
  }
  return problem
}

/** Places where the answer may stand: all of it, blocks in fences, and whatever is between braces. */
function candidatesIn(said: string): string[] {
  const fenced = [...said.matchAll(/^ *```\w*\n([\s\S]*?)^ *```/gm)].map(([, block]) => block ?? '')
  const braced = said.slice(said.indexOf('{'), said.lastIndexOf('}') + 1)
  return [said, ...fenced.reverse(), braced]
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // agents write much else around it
  }
}

/** What keeps sound JSON from being a plan. */
function flawIn({ tasks }: Proposal, known: ReadonlySet<string>): string | null {
  const ids = new Set(tasks.map(({ id }) => id))
  if (ids.size < tasks.length) return 'two of its tasks have the same id'
  const own = tasks.map(({ id, dependsOn }) => ({
    id,
    dependsOn: dependsOn.filter((other) => ids.has(other)),
  }))
  const [circle] = findDependencyProblems(own)
  if (circle) return `its tasks wait for each other: ${[circle.id, ...circle.cyclic].join(', ')}`
  for (const { id, dependsOn } of tasks) {
    const stray = dependsOn.find((other) => !ids.has(other) && !known.has(other))
    if (stray !== undefined) return `its task ${id} depends on ${stray}, which nobody has`
  }
  return null
}

/** The tasks in an order in which none stands before what it depends on. */
export function inOrder(tasks: readonly ProposedTask[]): ProposedTask[] {
  const left = [...tasks]
  const ordered: ProposedTask[] = []
  while (left.length > 0) {
    const waiting = new Set(left.map(({ id }) => id))
    const nth = left.findIndex(({ dependsOn }) => !dependsOn.some((other) => waiting.has(other)))
    ordered.push(...left.splice(Math.max(0, nth), 1))
  }
  return ordered
}
