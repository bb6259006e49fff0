/** One comment of an issue. */
export type Comment = {
  id: number
  body: string
  login: string
  createdAt: string
  updatedAt: string
  /** Written by somebody who has no place in the repository. */
  isStranger?: boolean
}

export type Issue = {
  id: number
  number: number
  title: string
  body: string
  state: 'open' | 'closed'
  stateReason: string | null
  labels: string[]
  assignees: string[]
  comments: Comment[]
  parent: number | null
  blockedBy: number[]
  createdAt: string
  updatedAt: string
  isPull: boolean
  /** `gone`: deleted; a path: where it was transferred to. */
  left: 'gone' | string | null
}

export type Label = { name: string; color: string; description: string }

/** Everything the server knows of its one repository. */
export type State = {
  repo: string
  /** Names that lead to it since it was renamed. */
  readonly formerNames: Set<string>
  isArchived: boolean
  hasIssues: boolean
  readonly login: string
  readonly issues: Map<number, Issue>
  readonly labels: Map<string, Label>
  now(): string
  /** When the nth issue was opened: each a second after the one before, all before now. */
  startedAt(nth: number): string
  nextId(): number
}

export type NewIssue = Partial<
  Pick<Issue, 'title' | 'body' | 'labels' | 'parent' | 'blockedBy' | 'isPull' | 'state'>
>

export function createState(repo: string): State {
  const start = Date.now()
  let id = 1_000
  return {
    repo,
    formerNames: new Set(),
    isArchived: false,
    hasIssues: true,
    login: 'robot',
    issues: new Map(),
    labels: new Map(),
    now: () => `${new Date().toISOString().slice(0, 19)}Z`,
    startedAt: (nth) => `${new Date(start - 20_000_000 + nth * 1_000).toISOString().slice(0, 19)}Z`,
    nextId: () => {
      id += 1
      return id
    },
  }
}

export function addIssue(state: State, given: NewIssue): Issue {
  const number = state.issues.size + 1
  const at = state.startedAt(number)
  const issue: Issue = {
    id: state.nextId(),
    number,
    title: `Issue ${number}`,
    body: '',
    state: 'open',
    stateReason: null,
    labels: [],
    assignees: [],
    comments: [],
    parent: null,
    blockedBy: [],
    createdAt: at,
    updatedAt: at,
    isPull: false,
    left: null,
    ...given,
  }
  for (const name of issue.labels) addLabel(state, name)
  state.issues.set(number, issue)
  return issue
}

/** Labels come to be when an issue is given one, in grey, as on the real server. */
export function addLabel(state: State, name: string): void {
  if (!state.labels.has(name)) state.labels.set(name, { name, color: 'ededed', description: '' })
}

export function touch(state: State, issue: Issue): void {
  const now = state.now()
  if (now > issue.updatedAt) issue.updatedAt = now // time does not go back, though a person was ahead of it
}

/** Who is related to whom, looked up once for a whole page of issues. */
export type Relations = { readonly children: Map<number, Issue[]>; readonly blocking: Map<number, Issue[]> }

export function relationsOf(state: State): Relations {
  const [children, blocking] = [new Map<number, Issue[]>(), new Map<number, Issue[]>()]
  const note = (to: Map<number, Issue[]>, number: number, issue: Issue): void => {
    to.set(number, [...(to.get(number) ?? []), issue])
  }
  for (const issue of state.issues.values()) {
    if (issue.parent !== null) note(children, issue.parent, issue)
    for (const number of issue.blockedBy) note(blocking, number, issue)
  }
  return { children, blocking }
}

/** An issue in the words of the REST API. */
export function shown(
  state: State,
  issue: Issue,
  base: string,
  relations: Relations = relationsOf(state),
): Record<string, unknown> {
  const url = `${base}/repos/${state.repo}/issues/${issue.number}`
  const children = relations.children.get(issue.number) ?? []
  const blocking = relations.blocking.get(issue.number) ?? []
  const open = issue.blockedBy.filter((number) => state.issues.get(number)?.state === 'open')
  return {
    id: issue.id,
    number: issue.number,
    url,
    html_url: `https://github.test/${state.repo}/issues/${issue.number}`,
    title: issue.title,
    body: issue.body,
    user: { login: state.login },
    state: issue.state,
    state_reason: issue.stateReason,
    labels: issue.labels.map((name) => state.labels.get(name) ?? { name }),
    assignees: issue.assignees.map((login) => ({ login })),
    comments: issue.comments.length,
    created_at: issue.createdAt,
    updated_at: issue.updatedAt,
    parent_issue_url: issue.parent === null ? null : `${base}/repos/${state.repo}/issues/${issue.parent}`,
    sub_issues_summary: {
      total: children.length,
      completed: children.filter((child) => child.state === 'closed').length,
      percent_completed: 0,
    },
    issue_dependencies_summary: {
      blocked_by: open.length,
      total_blocked_by: issue.blockedBy.length,
      blocking: issue.state === 'open' ? blocking.length : 0,
      total_blocking: blocking.length,
    },
    ...(issue.isPull ? { pull_request: { url } } : {}),
  }
}

export function shownComment(comment: Comment, issue: Issue, base: string, repo: string) {
  return {
    id: comment.id,
    url: `${base}/repos/${repo}/issues/comments/${comment.id}`,
    issue_url: `${base}/repos/${repo}/issues/${issue.number}`,
    body: comment.body,
    user: { login: comment.login, type: 'User' },
    author_association: comment.isStranger ? 'NONE' : 'MEMBER',
    created_at: comment.createdAt,
    updated_at: comment.updatedAt,
  }
}
