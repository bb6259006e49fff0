import type { LoopworkPlugin } from '../config/plugin-contract.ts'
import type { TelegramOptions } from '../config/plugin-options.ts'
import { cut } from './cut.ts'
import { createHttp } from './http.ts'
import { type Message, notifyOf } from './message.ts'
import { notifier, setting } from './notifier.ts'
import { escaped, sendable, type Telegram } from './telegram-api.ts'
import { runBot } from './telegram-bot.ts'

const signs = { start: 'ℹ️', good: '✅', bad: '❌', mixed: '⚠️' } as const
/** What the service allows, counted after its own reading of the HTML. */
const mostText = 4096

/** The chats that have a message already, while others still wait for it. */
type Sent = { readonly key: string; readonly chats: readonly string[] }

/** Messages to Telegram chats, and commands from them. */
export function telegram(options: TelegramOptions): LoopworkPlugin {
  return {
    name: 'telegram',
    setup: (context) => {
      const { env, signal } = context
      const token = setting(options.botToken, env, 'TELEGRAM_BOT_TOKEN')
      const chats = (setting(options.chatId, env, 'TELEGRAM_CHAT_ID') ?? '')
        .split(',')
        .flatMap((id) => id.trim() || [])
      if (!token) return context.unconfigured('no token: set botToken or TELEGRAM_BOT_TOKEN')
      if (chats.length === 0) return context.unconfigured('no chat: set chatId or TELEGRAM_CHAT_ID')
      const call = connect(token, String(options.apiUrl ?? 'https://api.telegram.org'))
      notifier(context, notifyOf(options, true), async (message, delivery) => {
        const { key } = delivery
        const before = (await context.store.get('sent')) as Sent | undefined
        const sent = before?.key === key ? [...before.chats] : [] // how far the try before came
        for (const chat of chats.filter((one) => !sent.includes(one))) {
          await call('sendMessage', sendable(chat, htmlOf(message), options.disableNotification), delivery)
          sent.push(chat)
          if (chats.length > 1) await context.store.set('sent', { key, chats: sent } satisfies Sent)
        }
      })
      if (options.bot !== false) void runBot(context, call, chats, signal)
    },
  }
}

function connect(token: string, apiUrl: string): Telegram {
  const credentials = 'botToken or TELEGRAM_BOT_TOKEN, and that the bot is in the chat'
  const http = createHttp({ service: 'Telegram', credentials, secrets: [token], denials: [401, 403, 404] })
  return async (method, body, { signal, timeoutMs }) => {
    const more = timeoutMs === undefined ? {} : { timeoutMs }
    const answer = await http({
      method: 'POST',
      url: `${apiUrl}/bot${token}/${method}`,
      body,
      signal,
      ...more,
    })
    return Object(answer.body).result
  }
}

function htmlOf({ tone, heading, subject, details, body }: Message): string {
  const figures = details.map(([label, value]) => `${label}: ${value}`).join('\n')
  const head = `${signs[tone]} ${heading}`
  const room = mostText - head.length - subject.length - figures.length - 8
  const parts = [
    `<b>${escaped(head)}</b>\n${escaped(subject)}`,
    ...(body ? [escaped(cut(body, room))] : []),
    ...(figures ? [escaped(figures)] : []),
  ]
  return parts.join('\n\n')
}
