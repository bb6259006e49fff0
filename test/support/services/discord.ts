import { type Reply, type Service, serve } from './service.ts'

export const discordPath = '/api/webhooks/1234567890/discord-webhook-token'

export type DiscordService = Service & {
  // biome-ignore lint/suspicious/noExplicitAny: messages as they were sent
  readonly messages: readonly any[]
}

type Embed = {
  readonly title?: string
  readonly description?: string
  readonly fields?: readonly { readonly name: string; readonly value: string }[]
}

/** An incoming webhook with the documented limits of a message and its embeds. */
export async function discordService(): Promise<DiscordService> {
  const messages: unknown[] = []
  const bad = (message: string): Reply => ({ status: 400, body: { message, code: 50035 } })
  const service = await serve(({ path, query, body }) => {
    if (path !== discordPath) return { status: 404, body: { message: 'Unknown Webhook', code: 10015 } }
    const problem = problemOf(body)
    if (problem) return bad(problem)
    messages.push(body)
    if (query.get('wait') !== 'true') return { status: 204 }
    return { status: 200, body: { id: String(messages.length) } }
  })
  return { ...service, messages }
}

function problemOf({
  content = '',
  embeds = [],
}: {
  content?: string
  embeds?: readonly Embed[]
}): string | null {
  if (!content && embeds.length === 0) return 'Cannot send an empty message'
  if (content.length > 2000) return 'content: Must be 2000 or fewer in length.'
  if (embeds.length > 10) return 'embeds: Must be 10 or fewer in length.'
  const problem = embeds.map(problemOfEmbed).find((one) => one !== null)
  const size = embeds.reduce((sum, embed) => sum + sizeOf(embed), 0)
  return problem ?? (size > 6000 ? 'Embed size exceeds maximum size of 6000' : null)
}

function problemOfEmbed({ title = '', description = '', fields = [] }: Embed): string | null {
  if (title.length > 256) return 'title: Must be 256 or fewer in length.'
  if (description.length > 4096) return 'description: Must be 4096 or fewer in length.'
  if (fields.length > 25) return 'fields: Must be 25 or fewer in length.'
  const isBad = fields.some(({ name, value }) => !name || name.length > 256 || !value || value.length > 1024)
  return isBad ? 'fields: BASE_TYPE_BAD_LENGTH' : null
}

function sizeOf({ title = '', description = '', fields = [] }: Embed): number {
  return fields.reduce(
    (sum, { name, value }) => sum + name.length + value.length,
    title.length + description.length,
  )
}
