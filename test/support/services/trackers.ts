import { type Reply, type Service, serve } from './service.ts'

export const asanaToken = '2/asana-access-token'
export const todoistToken = 'todoist-api-token-0123'
export const everhourKey = 'abcd-everhour-key'

export type TrackedTask = { completed: boolean; readonly comments: string[] }
export type AsanaService = Service & { readonly tasks: ReadonlyMap<string, TrackedTask> }

const denied = { status: 401, body: { errors: [{ message: 'Not Authorized' }] } } as const

/** Asana's tasks and stories: bodies wrapped in `data`, a bearer token. */
export async function asanaService(gids: readonly string[]): Promise<AsanaService> {
  const tasks = new Map(gids.map((gid) => [gid, { completed: false, comments: [] } as TrackedTask]))
  const service = await serve(({ method, path, headers, body }) => {
    if (headers.authorization !== `Bearer ${asanaToken}`) return denied
    const [, gid = '', stories] = /^\/tasks\/([^/]+)(\/stories)?$/.exec(path) ?? []
    const task = tasks.get(gid)
    if (!task) return { status: 404, body: { errors: [{ message: `task: Unknown object: ${gid}` }] } }
    if (!body.data) return { status: 400, body: { errors: [{ message: 'Missing data' }] } }
    if (method === 'POST' && stories) task.comments.push(body.data.text)
    else if (method === 'PUT' && !stories) task.completed = body.data.completed
    else return { status: 405 }
    return { status: 200, body: { data: { gid } } }
  })
  return { ...service, tasks }
}

/** Todoist's unified API: requests with an id that was seen are not done again. */
export async function todoistService(ids: readonly string[]): Promise<AsanaService> {
  const tasks = new Map(ids.map((id) => [id, { completed: false, comments: [] } as TrackedTask]))
  const done = new Set<string>()
  const act = (
    path: string,
    { task_id, content }: { task_id?: string; content?: string },
    isNew: boolean,
  ) => {
    const [, closed] = /^\/api\/v1\/tasks\/([^/]+)\/close$/.exec(path) ?? []
    const task = tasks.get(closed ?? task_id ?? '')
    if (!task) return { status: 404, body: { error: 'Task not found' } }
    if (closed) task.completed = true
    else if (isNew) task.comments.push(String(content))
    return closed ? { status: 204 } : { status: 200, body: { id: '1' } }
  }
  const service = await serve(({ method, path, headers, body }) => {
    if (headers.authorization !== `Bearer ${todoistToken}`)
      return { status: 401, body: { error: 'Unauthorized' } }
    if (!path.startsWith('/api/v1/')) return { status: 410, body: { error: 'Gone' } }
    if (method !== 'POST') return { status: 405 }
    const requestId = String(headers['x-request-id'])
    if (requestId.length > 36) return { status: 400, body: { error: 'X-Request-Id is too long' } }
    const isNew = !done.has(requestId)
    done.add(requestId)
    return act(path, body, isNew)
  })
  return { ...service, tasks }
}

export type EverhourService = Service & {
  /** Seconds that were recorded today. */
  used: number
  /** The task whose timer runs. */
  readonly running: string | null
  readonly started: readonly string[]
}

/** Everhour: one running timer a user, time in seconds, a key in a header of its own. */
export async function everhourService(): Promise<EverhourService> {
  const started: string[] = []
  const state = { used: 0, running: null as string | null }
  const routes: Readonly<Record<string, (task: string, body: { task: string; time: number }) => Reply>> = {
    'POST /timers': (_, { task }) => {
      state.running = task
      started.push(task)
      return { status: 201, body: { status: 'active', task: { id: task } } }
    },
    'DELETE /timers/current': () => {
      if (state.running === null) return { status: 404, body: { message: 'No active timer' } }
      state.running = null
      return { status: 200, body: { status: 'stopped' } }
    },
    'GET /users/me/time': () => ({ status: 200, body: [{ time: state.used }] }),
    'POST /tasks/*/time': (_, { time }) => {
      state.used += time
      return { status: 201, body: { id: 1 } }
    },
  }
  const service = await serve(({ method, path, headers, body }) => {
    if (headers['x-api-key'] !== everhourKey) return { status: 401, body: { message: 'Invalid API key' } }
    const [, task = ''] = /^\/tasks\/([^/]+)\/time$/.exec(path) ?? []
    const route = routes[`${method} ${task ? '/tasks/*/time' : path}`]
    return route?.(task, body) ?? { status: 404, body: { message: 'Not found' } }
  })
  return {
    ...service,
    started,
    get running() {
      return state.running
    },
    get used() {
      return state.used
    },
    set used(seconds: number) {
      state.used = seconds
    },
  }
}
