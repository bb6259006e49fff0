import type { LoopworkPlugin } from '../config/plugin-contract.ts'
import type { SlackOptions } from '../config/plugin-options.ts'
import { cut } from './cut.ts'
import { createHttp } from './http.ts'
import { type Message, notifyOf } from './message.ts'
import { addressIn, notifier } from './notifier.ts'

const signs = { start: '▶️', good: '✅', bad: '❌', mixed: '⚠️' } as const
const mostText = 3000

/** Messages to a Slack channel through an incoming webhook. */
export function slack(options: SlackOptions): LoopworkPlugin {
  return {
    name: 'slack',
    setup: (context) => {
      const url = addressIn(context, ['webhookUrl', options.webhookUrl], 'SLACK_WEBHOOK_URL')
      if (url === null) return
      const credentials = 'webhookUrl or SLACK_WEBHOOK_URL'
      const http = createHttp({
        service: 'Slack',
        credentials,
        secrets: [url],
        denials: [401, 403, 404, 410],
      })
      notifier(context, notifyOf(options, false), (message, { signal }) =>
        http({ method: 'POST', url, signal, body: bodyOf(message) }),
      )
    },
  }
}

/** Plain text throughout: nothing in it can be a link or name anybody. */
function bodyOf({ tone, heading, subject, details, body }: Message) {
  const headline = `${signs[tone]} ${heading}: ${subject}`
  const section = (text: string) => ({
    type: 'section',
    text: { type: 'plain_text', text: cut(text, mostText) },
  })
  const figures = details.map(([label, value]) => `${label}: ${value}`).join(' · ')
  return {
    text: cut(escaped(headline), mostText), // what notifications show
    blocks: [section(headline), ...(body ? [section(body)] : []), ...(figures ? [section(figures)] : [])],
  }
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
