import { createHash } from 'node:crypto'
import type { LoopworkPlugin } from '../config/plugin-contract.ts'
import type { TodoistOptions } from '../config/plugin-options.ts'
import { commentOf, trackedTypes } from './comment.ts'
import { cut } from './cut.ts'
import { createHttp } from './http.ts'
import { setting } from './notifier.ts'

const mostText = 15_000

/** Keeps tasks that name a Todoist task (`metadata.todoistId`) in step with it. */
export function todoist(options: TodoistOptions): LoopworkPlugin {
  return {
    name: 'todoist',
    setup: (context) => {
      const token = setting(options.apiToken, context.env, 'TODOIST_API_TOKEN')
      if (!token) return context.unconfigured('no token: set apiToken or TODOIST_API_TOKEN')
      const credentials = 'apiToken or TODOIST_API_TOKEN'
      const http = createHttp({ service: 'Todoist', credentials, secrets: [token] })
      const base = String(options.apiUrl ?? 'https://api.todoist.com/api/v1')
      const { syncStatus = true, addComments = true } = options

      context.durable(trackedTypes, async (fact, { key, signal }) => {
        const happening = await context.describe(fact)
        if (!happening || !('task' in happening)) return
        const id = happening.task.metadata.todoistId
        if (!id) return
        const post = (path: string, body?: unknown) =>
          http({
            method: 'POST',
            url: `${base}/${path}`,
            signal,
            // A repeated request with the same id is done once.
            headers: { authorization: `Bearer ${token}`, 'x-request-id': requestId(`${key} ${path}`) },
            ...(body === undefined ? {} : { body }),
          })
        const text = addComments && commentOf(happening)
        if (text) await post('comments', { task_id: id, content: cut(plain(text), mostText) })
        if (happening.kind === 'taskCompleted' && syncStatus) {
          await post(`tasks/${encodeURIComponent(id)}/close`)
        }
      })
    },
  }
}

/** Comments are Markdown. */
function plain(text: string): string {
  return text.replace(/[\\*_`[\]!#>~]/g, '\\$&')
}

/** At most 36 characters, as the service has it. */
function requestId(key: string): string {
  return createHash('sha256').update(key).digest('hex').slice(0, 36)
}
