import type { PluginContext, TaskHappening } from '../config/plugin-context.ts'
import type { LoopworkPlugin } from '../config/plugin-contract.ts'
import type { EverhourOptions } from '../config/plugin-options.ts'
import { createHttp, type Http } from './http.ts'
import { setting } from './notifier.ts'

const types = [
  'loop.started',
  'task.claimed',
  'task.attemptSucceeded',
  'task.attemptFailed',
  'task.attemptAbandoned',
] as const
const hourSeconds = 3600

/** Keeps the time of tasks that name an Everhour task (`metadata.everhourId`, or `asanaGid`). */
export function everhour(options: EverhourOptions): LoopworkPlugin {
  return {
    name: 'everhour',
    setup: (context) => {
      const apiKey = setting(options.apiKey, context.env, 'EVERHOUR_API_KEY')
      if (!apiKey) return context.unconfigured('no key: set apiKey or EVERHOUR_API_KEY')
      const credentials = 'apiKey or EVERHOUR_API_KEY'
      const http = createHttp({ service: 'Everhour', credentials, secrets: [apiKey] })
      const base = String(options.apiUrl ?? 'https://api.everhour.com')
      const { autoStartTimer = true, autoStopTimer = true, dailyLimit } = options
      const call = callTo(http, base, apiKey)

      context.durable(types, async (fact, { signal }) => {
        const happening = await context.describe(fact)
        if (!happening) return
        if ('task' in happening) await keepTime(call, happening, { autoStartTimer, autoStopTimer }, signal)
        if (dailyLimit !== undefined && happening.kind !== 'taskStarted') {
          await holdAtLimit(context, call, dailyLimit, signal)
        }
      })
    },
  }
}

async function keepTime(
  call: Calls,
  happening: TaskHappening,
  { autoStartTimer, autoStopTimer }: { readonly autoStartTimer: boolean; readonly autoStopTimer: boolean },
  signal: AbortSignal,
): Promise<void> {
  const id = timedId(happening)
  if (!id) return
  if (happening.kind === 'taskStarted') {
    if (autoStartTimer) await call('POST', '/timers', { task: id }, signal)
  } else if (!autoStartTimer) await logTime(call, id, happening, signal)
  else if (autoStopTimer) await call('DELETE', '/timers/current', undefined, signal)
}

type Calls = (
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  body: unknown,
  signal: AbortSignal,
) => Promise<unknown>

function callTo(http: Http, base: string, apiKey: string): Calls {
  return async (method, path, body, signal) => {
    const headers = { 'x-api-key': apiKey }
    const fine = method === 'DELETE' ? [404] : [] // no timer runs
    const answer = await http({
      method,
      url: base + path,
      headers,
      signal,
      fine,
      ...(body === undefined ? {} : { body }),
    })
    return answer.body
  }
}

function timedId({ task: { metadata } }: TaskHappening): string | null {
  return metadata.everhourId ?? (metadata.asanaGid ? `as:${metadata.asanaGid}` : null)
}

async function logTime(
  call: Calls,
  id: string,
  { durationMs, at }: TaskHappening,
  signal: AbortSignal,
): Promise<void> {
  const time = Math.round(durationMs / 1000)
  if (time === 0) return
  await call('POST', `/tasks/${encodeURIComponent(id)}/time`, { time, date: dayOf(new Date(at)) }, signal)
}

/** Holds the loop until the day is over once its hours are used up: the hold is in the log and outlives us. */
async function holdAtLimit(
  context: PluginContext,
  call: Calls,
  limit: number,
  signal: AbortSignal,
): Promise<void> {
  const now = new Date()
  const today = dayOf(now)
  const records = await call('GET', `/users/me/time?from=${today}&to=${today}`, undefined, signal)
  const used = (Array.isArray(records) ? records : []).reduce(
    (sum, record) => sum + Number(record.time ?? 0),
    0,
  )
  if (used < limit * hourSeconds) return
  const until = new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1).toISOString()
  const reason = `${(used / hourSeconds).toFixed(1)} of today's ${limit} hours are used, by Everhour`
  await context.ask({ type: 'hold', until, reason })
}

/** The day as people here have it. */
function dayOf(instant: Date): string {
  const parts = [instant.getFullYear(), instant.getMonth() + 1, instant.getDate()]
  return parts.map((part) => String(part).padStart(2, '0')).join('-')
}
