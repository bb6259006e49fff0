import type { LoopworkPlugin } from '../config/plugin-contract.ts'
import type { AsanaOptions } from '../config/plugin-options.ts'
import { commentOf, trackedTypes } from './comment.ts'
import { cut } from './cut.ts'
import { createHttp } from './http.ts'
import { setting } from './notifier.ts'

const mostText = 10_000

/** Keeps tasks that name an Asana task (`metadata.asanaGid`) in step with it. */
export function asana(options: AsanaOptions): LoopworkPlugin {
  return {
    name: 'asana',
    setup: (context) => {
      const token = setting(options.accessToken, context.env, 'ASANA_ACCESS_TOKEN')
      if (!token) return context.unconfigured('no token: set accessToken or ASANA_ACCESS_TOKEN')
      const http = createHttp({
        service: 'Asana',
        credentials: 'accessToken or ASANA_ACCESS_TOKEN',
        secrets: [token],
      })
      const base = String(options.apiUrl ?? 'https://app.asana.com/api/1.0')
      const headers = { authorization: `Bearer ${token}` }
      const { syncStatus = true, syncComments = true } = options

      context.durable(trackedTypes, async (fact, { signal }) => {
        const happening = await context.describe(fact)
        if (!happening || !('task' in happening)) return
        const gid = happening.task.metadata.asanaGid
        if (!gid) return
        const task = `${base}/tasks/${encodeURIComponent(gid)}`
        if (happening.kind === 'taskCompleted' && syncStatus) {
          await http({ method: 'PUT', url: task, headers, signal, body: { data: { completed: true } } })
        }
        const text = syncComments && commentOf(happening)
        if (!text) return
        const data = { text: cut(text, mostText) }
        await http({ method: 'POST', url: `${task}/stories`, headers, signal, body: { data } })
      })
    },
  }
}
