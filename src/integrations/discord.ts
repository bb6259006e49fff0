import type { LoopworkPlugin } from '../config/plugin-contract.ts'
import type { DiscordOptions } from '../config/plugin-options.ts'
import { cut } from './cut.ts'
import { createHttp } from './http.ts'
import { type Message, notifyOf } from './message.ts'
import { addressIn, notifier } from './notifier.ts'

const colours = { start: 0x3498db, good: 0x2ecc71, bad: 0xe74c3c, mixed: 0xf1c40f } as const
/** Lengths that the service allows, the sum of an embed's texts last. */
const limits = { title: 256, body: 4000, value: 1024, all: 6000 } as const

/** Messages to a Discord channel through a webhook. */
export function discord(options: DiscordOptions): LoopworkPlugin {
  return {
    name: 'discord',
    setup: (context) => {
      const url = addressIn(context, ['webhookUrl', options.webhookUrl], 'DISCORD_WEBHOOK_URL')
      if (url === null) return
      const credentials = 'webhookUrl or DISCORD_WEBHOOK_URL'
      const http = createHttp({ service: 'Discord', credentials, secrets: [url], denials: [401, 403, 404] })
      const address = new URL(url)
      address.searchParams.set('wait', 'true') // so that the answer says whether it was taken
      const { username = 'Loopwork', avatarUrl, mentionOnFail } = options
      notifier(context, notifyOf(options, false), (message, { signal }) =>
        http({
          method: 'POST',
          url: address.href,
          signal,
          body: {
            username,
            ...(avatarUrl ? { avatar_url: avatarUrl } : {}),
            ...mention(message, mentionOnFail),
            embeds: [embed(message)],
          },
        }),
      )
    },
  }
}

function embed({ tone, heading, subject, details, body }: Message) {
  const title = cut(heading, limits.title)
  const fields = details.map(([name, value]) => ({
    name,
    value: cut(plain(value), limits.value),
    inline: true,
  }))
  const used = title.length + fields.reduce((sum, { name, value }) => sum + name.length + value.length, 0)
  const head = `**${plain(subject)}**`
  const room = Math.min(limits.body, limits.all - used) - head.length - 2
  const description = body ? `${head}\n\n${cut(plain(body), room)}` : head
  return { title, description, color: colours[tone], fields }
}

/** Nobody is named but those that the configuration names, and nothing in a text of ours can name anybody. */
function mention({ tone }: Message, who: string | undefined) {
  if (tone !== 'bad' || !who) return { allowed_mentions: { parse: [] } }
  const ids = (pattern: RegExp) => [...who.matchAll(pattern)].map((found) => String(found[1]))
  const isForAll = /@everyone|@here/.test(who)
  return {
    content: `${who} Task failed!`,
    allowed_mentions: {
      parse: isForAll ? ['everyone'] : [],
      users: ids(/<@!?(\d+)>/g),
      roles: ids(/<@&(\d+)>/g),
    },
  }
}

/** Text without any of the meanings that Discord's Markdown gives to characters. */
function plain(text: string): string {
  return text
    .replace(/[\\*_~`|>#[\]()<-]/g, '\\$&')
    .replace(/@/g, '@\u200b')
    .replace(/:\/\//g, ':\u200b//')
}
