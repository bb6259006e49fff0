import * as z from 'zod/mini'
import type { Priority } from '../../events/shapes.ts'
import type { BacklogStatus } from '../../ports/backlog.ts'
import { idOf, nameIn, relationsIn } from './body-text.ts'
import { featurePrefix, type LabelNames } from './labels.ts'

/** An issue as the REST API gives it, as far as it is read. */
export type ApiIssue = {
  readonly number: number
  readonly id: number
  readonly title: string
  readonly body?: string | null
  readonly html_url: string
  readonly state: string
  readonly state_reason?: string | null
  readonly labels: readonly (string | { readonly name?: string })[]
  readonly assignees?: readonly { readonly login: string }[] | null
  readonly updated_at: string
  readonly parent_issue_url?: string | null
  readonly issue_dependencies_summary?: { readonly total_blocked_by?: number }
  readonly pull_request?: unknown
}

/** What is kept of an issue between two looks. */
export const keptIssue = z.object({
  number: z.int(),
  title: z.string(),
  url: z.string(),
  isOpen: z.boolean(),
  stateReason: z.nullable(z.string()),
  labels: z.array(z.string()),
  assignees: z.array(z.string()),
  updatedAt: z.string(),
  /** What the body says. */
  text: z.object({ parent: z.nullable(z.string()), dependsOn: z.array(z.string()) }),
  /** What GitHub's own relations say. */
  native: z.object({ parent: z.nullable(z.string()), dependsOn: z.array(z.string()) }),
  /** Who else has claimed it. */
  heldBy: z.nullable(z.string()),
})
export type KeptIssue = z.infer<typeof keptIssue>

/** Everything but what takes further requests: native dependencies, and who holds it. */
export function keptOf(issue: ApiIssue): KeptIssue {
  const parent = /\/issues\/(\d+)$/.exec(issue.parent_issue_url ?? '')?.[1]
  const { parent: said, dependsOn } = relationsIn(issue.body ?? '')
  return {
    number: issue.number,
    title: issue.title,
    url: issue.html_url,
    isOpen: issue.state === 'open',
    stateReason: issue.state_reason ?? null,
    labels: issue.labels.map((label) => (typeof label === 'string' ? label : (label.name ?? ''))),
    assignees: (issue.assignees ?? []).map(({ login }) => login),
    updatedAt: issue.updated_at,
    text: { parent: said, dependsOn: [...dependsOn] },
    native: { parent: parent === undefined ? null : idOf(Number(parent)), dependsOn: [] },
    heldBy: null,
  }
}

/** The status of an issue. Of several labels the one that says most about trouble wins. */
export function statusOf({ isOpen, stateReason, labels }: KeptIssue, names: LabelNames): BacklogStatus {
  if (!isOpen) return stateReason === 'not_planned' || stateReason === 'duplicate' ? 'cancelled' : 'completed'
  if (labels.includes(names.inProgress)) return 'in-progress'
  if (labels.includes(names.failed) || labels.includes(names.quarantined)) return 'failed'
  return labels.includes(names.blocked) ? 'held' : 'pending'
}

export function priorityOf({ labels }: KeptIssue, names: LabelNames, usual: Priority = 'medium'): Priority {
  const order = ['high', 'medium', 'low', 'background'] as const
  return order.find((priority) => labels.includes(names[priority])) ?? usual
}

export function featureOf({ labels }: KeptIssue): string | null {
  return labels.find((label) => label.startsWith(featurePrefix))?.slice(featurePrefix.length) || null
}

/** What an issue is to be changed to so that it says this status; labels that say nothing of it stay. */
export function changeTo(
  status: BacklogStatus,
  issue: KeptIssue,
  names: LabelNames,
): { labels: string[]; state: 'open' | 'closed'; state_reason?: string } {
  const saying = new Set([names.pending, names.inProgress, names.failed, names.blocked, names.quarantined])
  const others = issue.labels.filter((label) => !saying.has(label))
  const open = (label: string) => ({ labels: [...others, label], state: 'open' as const })
  switch (status) {
    case 'pending':
      return open(names.pending)
    case 'in-progress':
      return open(names.inProgress)
    case 'failed':
      return open(names.failed)
    case 'held':
    case 'skipped':
      return open(names.blocked)
    case 'completed':
      return { labels: others, state: 'closed', state_reason: 'completed' }
    case 'cancelled':
      return { labels: others, state: 'closed', state_reason: 'not_planned' }
  }
}

/** The name by which a title lets others call the issue. */
export function aliasOf({ title }: KeptIssue): string | null {
  return nameIn(title)
}
