import type { App } from '../../app.ts'
import { board } from '../../projections/board.ts'
import { type LoopRow, loops } from '../../projections/loops.ts'
import type { TaskRow } from '../../projections/task-row.ts'
import type { WebSources } from '../../web/serve.ts'
import { readStatus } from '../status/read-status.ts'

const done = new Set(['completed'])
const failed = new Set(['failed', 'cancelled', 'skipped'])
const busy = new Set(['claimed', 'running', 'verifying', 'taken'])
const urgency = ['high', 'medium', 'low', 'background']

type Parts = (tasks: readonly ReturnType<typeof taskAsBefore>[]) => unknown

const parts: Readonly<Record<string, Parts>> = {
  '/api/tasks': (tasks) => ({ tasks }),
  '/api/tasks/current': (tasks) => ({ task: tasks.find(({ status }) => status === 'in-progress') ?? null }),
  '/api/tasks/next': (tasks) => ({
    task: tasks.find(({ status, isReady }) => status === 'pending' && isReady) ?? null,
  }),
  '/api/tasks/completed': (tasks) => ({ tasks: tasks.filter(({ status }) => status === 'completed') }),
  '/api/tasks/pending': (tasks) => ({ tasks: tasks.filter(({ status }) => status === 'pending') }),
  '/api/tasks/stats': (tasks) => {
    const count = (wanted: string) => tasks.filter(({ status }) => status === wanted).length
    const [pending, completed] = [count('pending'), count('completed')]
    return {
      total: tasks.length,
      pending,
      inProgress: count('in-progress'),
      completed,
      failed: count('failed'),
    }
  },
}

/** The addresses that scripts knew of the predecessor's dashboard, to be read. */
export function predecessorsAnswers(app: App, namespace: string): NonNullable<WebSources['more']> {
  return async (path) => {
    if (path === '/health') return { status: 'ok', namespace, timestamp: app.clock.now().toISOString() }
    if (path === '/api/status') return readStatus(app, undefined)
    if (path === '/api/namespaces') {
      const rows = await (await app.view(loops)).all()
      const known = [...rows.values()].filter((row) => row !== undefined) as LoopRow[]
      return { namespaces: known.flatMap((row) => (row.namespace ? [row.namespace] : [])) }
    }
    const part = parts[path]
    if (!part) return undefined
    const rows = [...(await (await app.view(board)).rows<TaskRow>('task/')).values()]
    const there = rows.filter(({ state }) => state !== 'removed')
    there.sort((a, b) => urgency.indexOf(a.priority) - urgency.indexOf(b.priority))
    return part(there.map(taskAsBefore))
  }
}

function taskAsBefore({ id, title, state, priority, feature, parent, dependsOn }: TaskRow) {
  const status = done.has(state)
    ? 'completed'
    : failed.has(state)
      ? 'failed'
      : busy.has(state)
        ? 'in-progress'
        : 'pending'
  return {
    id,
    title,
    status,
    priority,
    feature,
    parentId: parent,
    dependsOn,
    state,
    isReady: state === 'queued',
  }
}
