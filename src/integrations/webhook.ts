import { createHmac } from 'node:crypto'
import type { EventType } from '../config/plugin-context.ts'
import type { LoopworkPlugin } from '../config/plugin-contract.ts'
import type { WebhookOptions } from '../config/plugin-options.ts'
import { isWebhookSecret, webhookSecretRule } from '../config/webhook-secret.ts'
import { LoopworkError } from '../errors.ts'
import { catalogue } from '../events/catalogue.ts'
import { createHttp } from './http.ts'
import { newsTypes } from './message.ts'
import { addressIn } from './notifier.ts'

/** Facts to a web address, by the Standard Webhooks specification: the same id in every try, signed. */
export function webhook(options: WebhookOptions): LoopworkPlugin {
  return {
    name: 'webhook',
    setup: (context) => {
      const url = addressIn(context, ['url', options.url], 'LOOPWORK_WEBHOOK_URL')
      if (url === null) return
      const secrets = secretsOf(options.secret || context.env.LOOPWORK_WEBHOOK_SECRET)
      if (secrets.length === 0)
        return context.unconfigured('no key to sign with: set secret or LOOPWORK_WEBHOOK_SECRET')
      if (!secrets.every(isWebhookSecret))
        return context.unconfigured(`LOOPWORK_WEBHOOK_SECRET must be ${webhookSecretRule}`)
      const keys = secrets.map((one) => Buffer.from(one.replace(/^whsec_/, ''), 'base64'))
      const types = typesOf(options.events)
      const credentials = 'the secret, here and where it is received'
      const http = createHttp({ service: 'the webhook', credentials, secrets: [url] })
      context.durable(types, async (fact, { key, signal }) => {
        const timestamp = Math.floor(Date.now() / 1000)
        const happening = await context.describe(fact)
        const body = JSON.stringify({
          type: fact.event.type,
          timestamp: fact.at,
          data: { ...fact, happening },
        })
        const headers = {
          'webhook-id': key,
          'webhook-timestamp': String(timestamp),
          'webhook-signature': keys.map((secret) => signature(secret, key, timestamp, body)).join(' '),
        }
        await http({ method: 'POST', url, signal, headers, body })
      })
    },
  }
}

function signature(secret: Buffer, id: string, timestamp: number, body: string): string {
  return `v1,${createHmac('sha256', secret).update(`${id}.${timestamp}.${body}`).digest('base64')}`
}

function secretsOf(secret: string | readonly string[] | undefined): string[] {
  return [secret ?? []].flat().filter((one) => one !== '')
}

function typesOf(events: readonly string[] | undefined): readonly EventType[] {
  const stranger = events?.find((type) => !Object.hasOwn(catalogue, type))
  if (stranger === undefined) return (events as readonly EventType[] | undefined) ?? newsTypes
  throw new LoopworkError('invalid', `webhook.events: there is no event ${stranger}`, {
    hint: 'All of them: docs/events.md.',
  })
}
