import {
  addIssue,
  addLabel,
  type Issue,
  relationsOf,
  type State,
  shown,
  shownComment,
  touch,
} from './state.ts'

export type Call = {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly body: Record<string, unknown>
  readonly base: string
}

export type Reply = {
  readonly status: number
  readonly data: unknown
  readonly headers?: Readonly<Record<string, string>>
}

type Route = readonly [
  method: string,
  pattern: RegExp,
  handle: (state: State, call: Call, captured: readonly string[]) => Reply,
]

const longest = 65_536
const ok = (data: unknown): Reply => ({ status: 200, data })
const created = (data: unknown): Reply => ({ status: 201, data })
export const notFound: Reply = { status: 404, data: { message: 'Not Found' } }
const invalid = (field: string, code: string, message = 'Validation Failed'): Reply => ({
  status: 422,
  data: { message, errors: [{ resource: 'Issue', field, code }] },
})

/** The part of the REST API that is spoken here, below `/repos/{owner}/{repo}`. */
export const routes: readonly Route[] = [
  [
    'GET',
    /^$/,
    (state) =>
      ok({ full_name: state.repo, archived: state.isArchived, has_issues: state.hasIssues, private: true }),
  ],
  ['GET', /^\/issues$/, (state, call) => listIssues(state, call)],
  ['POST', /^\/issues$/, (state, call) => createIssue(state, call)],
  [
    'GET',
    /^\/issues\/(\d+)$/,
    (state, call, [n]) => withIssue(state, n, (issue) => ok(shown(state, issue, call.base))),
  ],
  [
    'PATCH',
    /^\/issues\/(\d+)$/,
    (state, call, [n]) => withIssue(state, n, (issue) => change(state, issue, call)),
  ],
  [
    'GET',
    /^\/issues\/(\d+)\/comments$/,
    (state, call, [n]) =>
      withIssue(state, n, (issue) =>
        paged(
          call,
          issue.comments.map((one) => shownComment(one, issue, call.base, state.repo)),
        ),
      ),
  ],
  [
    'POST',
    /^\/issues\/(\d+)\/comments$/,
    (state, call, [n]) => withIssue(state, n, (issue) => comment(state, issue, call)),
  ],
  ['PATCH', /^\/issues\/comments\/(\d+)$/, (state, call, [id]) => editComment(state, call, Number(id))],
  ['DELETE', /^\/issues\/comments\/(\d+)$/, (state, _, [id]) => deleteComment(state, Number(id))],
  [
    'GET',
    /^\/issues\/(\d+)\/sub_issues$/,
    (state, call, [n]) =>
      paged(
        call,
        all(state)
          .filter(({ parent }) => parent === Number(n))
          .map((one) => shown(state, one, call.base)),
      ),
  ],
  [
    'POST',
    /^\/issues\/(\d+)\/sub_issues$/,
    (state, call, [n]) => withIssue(state, n, (issue) => adopt(state, issue, call)),
  ],
  [
    'GET',
    /^\/issues\/(\d+)\/dependencies\/blocked_by$/,
    (state, call, [n]) =>
      withIssue(state, n, (issue) =>
        paged(
          call,
          issue.blockedBy
            .flatMap((number) => state.issues.get(number) ?? [])
            .map((one) => shown(state, one, call.base)),
        ),
      ),
  ],
  [
    'POST',
    /^\/issues\/(\d+)\/dependencies\/blocked_by$/,
    (state, call, [n]) => withIssue(state, n, (issue) => block(state, issue, call)),
  ],
  ['GET', /^\/labels$/, (state, call) => paged(call, [...state.labels.values()])],
  ['POST', /^\/labels$/, (state, call) => createLabel(state, call)],
  [
    'PATCH',
    /^\/labels\/([^/]+)$/,
    (state, call, [name]) => editLabel(state, call, decodeURIComponent(name ?? '')),
  ],
]

function all(state: State): Issue[] {
  return [...state.issues.values()].filter(({ left }) => left === null)
}

function withIssue(state: State, number: string | undefined, use: (issue: Issue) => Reply): Reply {
  const issue = state.issues.get(Number(number))
  if (!issue) return notFound
  if (issue.left === 'gone') return { status: 410, data: { message: 'This issue was deleted' } }
  if (issue.left !== null) {
    return {
      status: 301,
      data: { message: 'Moved Permanently', url: issue.left },
      headers: { location: issue.left },
    }
  }
  return use(issue)
}

function listIssues(state: State, call: Call): Reply {
  const { query } = call
  const labels = (query.get('labels') ?? '').split(',').filter(Boolean)
  const since = query.get('since')
  const by = query.get('sort') === 'updated' ? 'updatedAt' : 'createdAt'
  const sign = query.get('direction') === 'asc' ? 1 : -1
  const state_ = query.get('state') ?? 'open'
  const found = all(state)
    .filter((issue) => state_ === 'all' || issue.state === state_)
    .filter((issue) => labels.every((label) => issue.labels.includes(label)))
    .filter((issue) => since === null || issue.updatedAt >= since)
    .sort((a, b) => sign * (a[by] < b[by] ? -1 : a[by] > b[by] ? 1 : a.number - b.number))
  const relations = relationsOf(state)
  return paged(call, found, (issue) => shown(state, issue, call.base, relations))
}

function paged<Row>(
  { query, path, base }: Call,
  rows: readonly Row[],
  show: (row: Row) => unknown = (row) => row,
): Reply {
  const size = Math.min(100, Number(query.get('per_page') ?? 30))
  const page = Number(query.get('page') ?? 1)
  const last = Math.max(1, Math.ceil(rows.length / size))
  const link = (nth: number, rel: string): string => {
    const to = new URLSearchParams(query)
    to.set('page', String(nth))
    return `<${base}${path}?${to}>; rel="${rel}"`
  }
  const links = page < last ? { link: [link(page + 1, 'next'), link(last, 'last')].join(', ') } : {}
  return { status: 200, data: rows.slice((page - 1) * size, page * size).map(show), headers: links }
}

function createIssue(state: State, { body, base }: Call): Reply {
  const { title, body: text = '', labels = [] } = body as { title?: string; body?: string; labels?: string[] }
  if (!title) return invalid('title', 'missing_field')
  if (text.length > longest)
    return invalid('body', 'custom', `body is too long (maximum is ${longest} characters)`)
  return created(shown(state, addIssue(state, { title, body: text, labels }), base))
}

function change(state: State, issue: Issue, { body, base }: Call): Reply {
  const {
    title,
    body: text,
    state: to,
    state_reason: reason,
    labels,
    assignees,
  } = body as Record<string, never>
  if (to !== undefined && !['open', 'closed'].includes(to)) return invalid('state', 'invalid')
  if (title !== undefined) issue.title = title
  if (text !== undefined) issue.body = text
  if (labels !== undefined) {
    issue.labels = [...(labels as string[])]
    for (const name of issue.labels) addLabel(state, name)
  }
  if (assignees !== undefined) issue.assignees = [...(assignees as string[])]
  if (to !== undefined && to !== issue.state) {
    issue.state = to
    issue.stateReason = to === 'open' ? 'reopened' : (reason ?? 'completed')
  } else if (reason !== undefined) issue.stateReason = reason
  touch(state, issue)
  return ok(shown(state, issue, base))
}

function comment(state: State, issue: Issue, { body, base }: Call): Reply {
  const text = String(body.body ?? '')
  if (text === '') return invalid('body', 'missing_field')
  if (text.length > longest)
    return invalid('body', 'custom', `body is too long (maximum is ${longest} characters)`)
  const at = state.now()
  const one = { id: state.nextId(), body: text, login: state.login, createdAt: at, updatedAt: at }
  issue.comments.push(one)
  touch(state, issue)
  return created(shownComment(one, issue, base, state.repo))
}

function editComment(state: State, { body, base }: Call, id: number): Reply {
  for (const issue of all(state)) {
    const one = issue.comments.find((other) => other.id === id)
    if (!one) continue
    one.body = String(body.body)
    one.updatedAt = state.now()
    touch(state, issue)
    return ok(shownComment(one, issue, base, state.repo))
  }
  return notFound
}

function deleteComment(state: State, id: number): Reply {
  const issue = all(state).find(({ comments }) => comments.some((one) => one.id === id))
  if (!issue) return notFound
  issue.comments = issue.comments.filter((one) => one.id !== id)
  touch(state, issue)
  return { status: 204, data: null }
}

function adopt(state: State, issue: Issue, { body, base }: Call): Reply {
  const child = all(state).find(({ id }) => id === body.sub_issue_id)
  if (!child) return notFound
  if (child.parent !== null)
    return invalid('sub_issue_id', 'custom', 'An error occurred while adding the sub-issue')
  child.parent = issue.number
  touch(state, child)
  touch(state, issue)
  return created(shown(state, issue, base))
}

function block(state: State, issue: Issue, { body, base }: Call): Reply {
  const other = all(state).find(({ id }) => id === body.issue_id)
  if (!other) return notFound
  if (issue.blockedBy.includes(other.number)) return invalid('issue_id', 'already_exists')
  issue.blockedBy.push(other.number)
  touch(state, issue)
  return created(shown(state, issue, base))
}

function createLabel(state: State, { body }: Call): Reply {
  const { name, color = 'ededed', description = '' } = body as Record<string, string>
  if (!name) return invalid('name', 'missing_field')
  if (state.labels.has(name)) return invalid('name', 'already_exists')
  if (description.length > 100) return invalid('description', 'too_long')
  if (!/^[0-9a-f]{6}$/i.test(color)) return invalid('color', 'invalid')
  state.labels.set(name, { name, color, description })
  return created(state.labels.get(name))
}

function editLabel(state: State, { body }: Call, name: string): Reply {
  const label = state.labels.get(name)
  if (!label) return notFound
  Object.assign(label, body)
  return ok(label)
}
