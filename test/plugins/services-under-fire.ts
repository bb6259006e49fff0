import { discordPath, discordService } from '../support/services/discord.ts'
import { type Seen, type Service, serve } from '../support/services/service.ts'
import { botToken, telegramService } from '../support/services/telegram.ts'
import {
  asanaService,
  asanaToken,
  everhourKey,
  everhourService,
  todoistService,
  todoistToken,
} from '../support/services/trackers.ts'

/** A service, how it is configured behind another address, and what of its requests is looked at. */
export type UnderFire = {
  open(tasks: readonly string[]): Promise<Service>
  config(url: string): Readonly<Record<string, unknown>>
  /** What a request delivers, by a name of its own; null where it is not looked at. */
  delivered(seen: Seen): string | null
  /** All that is to be delivered, in order. */
  expected(tasks: readonly string[]): readonly string[]
  /** Whether the service, or a collector, can tell that it has been sent something before. */
  readonly knowsRepeats?: boolean
}

const ends = { notifyOnStart: false, notifyOnLoopEnd: false }
const named = ({ text }: Seen) => /T-\d+/.exec(text.replaceAll('\\', ''))?.[0] ?? null // it may be escaped
const anything = () => serve(() => ({ status: 200, body: {} }))
const prefixed = (tasks: readonly string[]) => tasks.map((task) => `x${task}`)
const commented = (tasks: readonly string[]) =>
  tasks.flatMap((task) => [`x${task} attempt`, `x${task} completed`])
const comment = (gid: string, text: string) => `${gid} ${/Loopwork: (attempt|completed)/.exec(text)?.[1]}`

/** Every durable integration that talks to a service. */
export const servicesUnderFire: Readonly<Record<string, UnderFire>> = {
  telegram: {
    open: telegramService,
    config: (apiUrl) => ({ telegram: { botToken, chatId: '42', bot: false, apiUrl, ...ends } }),
    delivered: named,
    expected: (tasks) => tasks,
  },
  discord: {
    open: discordService,
    config: (url) => ({ discord: { webhookUrl: url + discordPath, ...ends } }),
    delivered: named,
    expected: (tasks) => tasks,
  },
  slack: {
    open: anything,
    config: (url) => ({ slack: { webhookUrl: `${url}/services/a-slack-hook`, ...ends } }),
    delivered: named,
    expected: (tasks) => tasks,
  },
  webhook: {
    open: anything,
    config: (url) => ({ webhook: { url, secret: 'whsec_YSBzZWNyZXQgb2YgdHdlbnR5LWZvdXIgYg==' } }),
    delivered: ({ body: { type, data } }) =>
      type === 'task.completed' || type === 'task.claimed' ? `${type} ${data.stream.split('/')[2]}` : null,
    expected: (tasks) => tasks.flatMap((task) => [`task.claimed ${task}`, `task.completed ${task}`]),
    knowsRepeats: true,
  },
  asana: {
    open: (tasks) => asanaService(prefixed(tasks)),
    config: (apiUrl) => ({ asana: { accessToken: asanaToken, apiUrl } }),
    delivered: ({ method, path, body }) =>
      method === 'POST' ? comment(path.split('/')[2] ?? '', body.data.text) : null,
    expected: commented,
  },
  todoist: {
    open: (tasks) => todoistService(prefixed(tasks)),
    config: (url) => ({ todoist: { apiToken: todoistToken, apiUrl: `${url}/api/v1` } }),
    delivered: ({ path, body }) => (path.endsWith('/comments') ? comment(body.task_id, body.content) : null),
    expected: commented,
    knowsRepeats: true,
  },
  everhour: {
    open: everhourService,
    config: (apiUrl) => ({ everhour: { apiKey: everhourKey, apiUrl } }),
    delivered: ({ method, path, body }) => (`${method} ${path}` === 'POST /timers' ? body.task : null),
    expected: (tasks) => tasks.map((task) => `ev:${task}`),
  },
  openTelemetry: {
    open: anything,
    config: (endpoint) => ({ openTelemetry: { endpoint } }),
    delivered: ({ path, body }) => {
      const name = path === '/v1/traces' ? body.resourceSpans[0].scopeSpans[0].spans[0].name : ''
      return name.startsWith('task ') ? name : null
    },
    expected: (tasks) => tasks.map((task) => `task ${task}`),
    knowsRepeats: true,
  },
}

/** By what a receiver can tell a repetition from something new. */
export function identityOf({ headers, path, body }: Seen): string {
  const span = path === '/v1/traces' ? body.resourceSpans[0].scopeSpans[0].spans[0].spanId : undefined
  return String(span ?? headers['webhook-id'] ?? headers['x-request-id'])
}
