import { LoopworkError } from '../../errors.ts'
import type { Priority } from '../../events/shapes.ts'
import type { Client } from './client.ts'

/** The labels that say what loopwork needs to know, by what they say. */
export type LabelNames = Readonly<Record<LabelRole, string>>

export type LabelRole =
  | 'task'
  | 'pending'
  | 'inProgress'
  | 'failed'
  | 'blocked'
  | 'quarantined'
  | 'subTask'
  | Priority

const standard: Readonly<Record<LabelRole, readonly [name: string, color: string, description: string]>> = {
  task: ['loopwork-task', '5319e7', 'A task that loopwork works off'],
  pending: ['loopwork:pending', 'fbca04', 'Waits to be worked on'],
  inProgress: ['loopwork:in-progress', '1d76db', 'Is being worked on'],
  failed: ['loopwork:failed', 'd73a4a', 'Was tried and failed: a person has to look'],
  blocked: ['loopwork:blocked', 'cfd3d7', 'Is kept back by a person'],
  quarantined: ['loopwork:quarantined', 'b60205', 'Failed too often: a person has to look'],
  subTask: ['loopwork:sub-task', 'c5def5', 'Is a part of another task'],
  high: ['priority:high', 'b60205', 'Comes first'],
  medium: ['priority:medium', 'fbca04', 'Comes after what is high'],
  low: ['priority:low', '0e8a16', 'Comes after what is medium'],
  background: ['priority:background', 'cfd3d7', 'Comes last'],
}

/** What the labels of a feature begin with. */
export const featurePrefix = 'feat:'

/** The standard names, with those that the user has chosen instead. */
export function labelNames(chosen: Readonly<Record<string, string>>): LabelNames {
  const names = Object.entries(standard).map(([role, [name]]) => [
    role,
    chosen[role] ?? chosen[spelled(role)] ?? name,
  ])
  const all = Object.fromEntries(names) as Record<LabelRole, string>
  const unknown = Object.keys(chosen).find((role) => !(role in standard) && !spellings.has(role))
  if (unknown === undefined) return all
  throw new LoopworkError('invalid', `backend.labels has no label for ${JSON.stringify(unknown)}`, {
    hint: `It may name: ${Object.keys(standard).join(', ')}.`,
  })
}

function spelled(role: string): string {
  return role === 'inProgress' ? 'in-progress' : role === 'subTask' ? 'sub-task' : role
}

const spellings: ReadonlySet<string> = new Set(['in-progress', 'sub-task'])

/** One label, and what setting up does about it. */
export type LabelPlan = {
  readonly name: string
  readonly color: string
  readonly description: string
  readonly action: 'create' | 'update' | 'keep'
}

/** What is missing among the labels, or differs from what it should be. Changes nothing. */
export async function planLabels(client: Client, names: LabelNames): Promise<LabelPlan[]> {
  type Label = { name: string; color: string; description: string | null }
  const found = new Map(
    (await client.all<Label>('/labels')).map((label) => [label.name.toLowerCase(), label]),
  )
  return Object.entries(standard).map(([role, [, color, description]]) => {
    const name = names[role as LabelRole]
    const there = found.get(name.toLowerCase())
    const isSame = there?.color.toLowerCase() === color && there.description === description
    return { name, color, description, action: isSame ? 'keep' : there ? 'update' : 'create' }
  })
}

/** Makes the labels as planned. Doing it again changes nothing. */
export async function setUpLabels(client: Client, plan: readonly LabelPlan[]): Promise<void> {
  for (const { name, color, description, action } of plan) {
    if (action === 'create') await client.send('POST', '/labels', { name, color, description })
    if (action === 'update') {
      await client.send('PATCH', `/labels/${encodeURIComponent(name)}`, { color, description })
    }
  }
}
