import { type Reply, type Service, serve } from './service.ts'

export const botToken = '123456:AAF-telegram-token'
const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"' }

export type TelegramService = Service & {
  /** Texts that were taken, after the service's own reading of the HTML. */
  readonly texts: readonly string[]
  /** Somebody writes to the bot. */
  write(chat: number, text: string): void
}

/** The Bot API as documented: the token in the path, HTML with balanced tags, 4096 characters after parsing. */
export async function telegramService(): Promise<TelegramService> {
  const texts: string[] = []
  const updates: { readonly update_id: number; readonly message: unknown }[] = []
  let waiting: (() => void) | null = null
  const bad = (status: number, description: string): Reply => ({
    status,
    body: { ok: false, error_code: status, description },
  })

  const send = ({ chat_id, text, parse_mode }: Record<string, string>): Reply => {
    if (!chat_id) return bad(400, 'Bad Request: chat_id is empty')
    if (!text) return bad(400, 'Bad Request: message text is empty')
    const read = parse_mode === 'HTML' ? readHtml(text) : text
    if (read === null) return bad(400, "Bad Request: can't parse entities")
    if (read.length > 4096) return bad(400, 'Bad Request: message is too long')
    texts.push(read)
    return { status: 200, body: { ok: true, result: { message_id: texts.length } } }
  }

  const service = await serve(async ({ path, body }) => {
    const [, token, method] = /^\/bot([^/]+)\/(\w+)$/.exec(path) ?? []
    if (token !== botToken) return bad(401, 'Unauthorized')
    if (method === 'sendMessage') return send(body)
    if (method === 'setMyCommands') return { status: 200, body: { ok: true, result: true } }
    if (method !== 'getUpdates') return bad(404, 'Not Found')
    const fresh = () => updates.filter(({ update_id }) => update_id >= body.offset)
    if (fresh().length === 0)
      await new Promise<void>((resolve) => {
        waiting = resolve
      })
    return { status: 200, body: { ok: true, result: fresh() } }
  })

  return {
    ...service,
    texts,
    write: (chat, text) => {
      updates.push({ update_id: 100 + updates.length, message: { chat: { id: chat }, text } })
      waiting?.()
      waiting = null
    },
  }
}

/** The text of HTML as the service reads it; null where it would refuse it. */
function readHtml(html: string): string | null {
  const open: string[] = []
  const text = html.replace(/<(\/?)([a-z]+)[^<>]*>/g, (_, slash: string, tag: string) => {
    if (!['b', 'i', 'u', 's', 'code', 'pre', 'a'].includes(tag)) return '<'
    if (slash && open.pop() !== tag) return '<'
    if (!slash) open.push(tag)
    return ''
  })
  if (open.length > 0 || /[<>]/.test(text)) return null
  return text.replace(/&(\w+);/g, (whole, name: string) => entities[name] ?? whole)
}
