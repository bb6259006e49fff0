import { expect, test } from 'vitest'
import { discord } from '../../src/integrations/discord.ts'
import { openTelemetry } from '../../src/integrations/open-telemetry.ts'
import { slack } from '../../src/integrations/slack.ts'
import { telegram } from '../../src/integrations/telegram.ts'
import { webhook } from '../../src/integrations/webhook.ts'
import { discordPath, discordService } from '../support/services/discord.ts'
import { serve } from '../support/services/service.ts'
import { botToken, telegramService } from '../support/services/telegram.ts'
import { hebrew, nasty, playTwenty, staged } from './stage.ts'

const lines = (text: string | undefined) => String(text).split('\n').filter(Boolean)

test('Telegram is told of twenty tasks, once each, in order', async () => {
  const service = await telegramService()
  const stage = await staged(telegram({ botToken, chatId: '42', bot: false, apiUrl: service.url }))
  await playTwenty(stage)
  expect(service.texts).toHaveLength(40)
  expect(service.texts.map((text) => lines(text)[1]).slice(0, 3)).toEqual([
    'T-1: Task 1',
    'T-1: Task 1',
    'T-2: Task 2',
  ])
  expect(lines(service.texts[1])).toEqual([
    '✅ Task completed',
    'T-1: Task 1',
    'Task 1 is done',
    'Duration: 1s',
    'Cost: $0.25',
    'Attempts: 1',
    'Agent: claude (model-1)',
  ])
  expect(lines(service.texts[13])).toContain('❌ Task failed')
  expect(lines(service.texts[13])).toContain('the tests fail')
  expect(stage.report).toMatchObject({ state: 'running', errors: 0 })
})

test('Telegram is told only what is configured', async () => {
  const service = await telegramService()
  const options = { botToken, chatId: '42', bot: false, apiUrl: service.url }
  const stage = await staged(telegram({ ...options, notifyOnStart: false, notifyOnComplete: false }))
  await playTwenty(stage)
  expect(service.texts.map((text) => lines(text)[0])).toEqual(['❌ Task failed'])
})

test('Telegram is waited for where it says so, and asked again after an error', async () => {
  const service = await telegramService()
  const stage = await staged(
    telegram({ botToken, chatId: '42', bot: false, apiUrl: service.url, notifyOnStart: false }),
  )
  service.next(
    { status: 429, body: { ok: false, description: 'Too Many Requests', parameters: { retry_after: 0.01 } } },
    { status: 502, body: {} },
  )
  await stage.work('T-1')
  await stage.settled()
  expect(service.seen).toHaveLength(3)
  expect(service.texts).toHaveLength(1)
  expect(stage.report).toMatchObject({ state: 'running', errors: 1 })
})

test('a wrong token of Telegram is said once, without the token, and nothing is sent in vain', async () => {
  const service = await telegramService()
  const stage = await staged(
    telegram({ botToken: '999:wrong-token', chatId: '42', bot: false, apiUrl: service.url }),
  )
  await playTwenty(stage)
  expect(service.seen).toHaveLength(1)
  expect(stage.lines).toEqual([
    'plugin telegram: Telegram answered 401: Unauthorized. Check botToken or TELEGRAM_BOT_TOKEN, and that the bot is in the chat.',
  ])
  expect(stage.report.state).toBe('suspended')
})

test.each([
  ['discord', discord({}), 'DISCORD_WEBHOOK_URL'],
  ['slack', slack({}), 'SLACK_WEBHOOK_URL'],
  ['webhook', webhook({}), 'LOOPWORK_WEBHOOK_URL'],
  ['openTelemetry', openTelemetry({}), 'OTEL_EXPORTER_OTLP_ENDPOINT'],
])(
  'an address in a variable that is none leaves %s silent, and the variable is named',
  async (_, plugin, variable) => {
    const stage = await staged(plugin, { env: { [variable]: 'hooks.example/secret' } })
    expect(stage.report.state).toBe('unconfigured')
    expect(stage.report.problem).toBe(`${variable} must be an address that begins with http:// or https://`)
  },
)

test('a key that nobody could check messages by is not signed with', async () => {
  const env = { LOOPWORK_WEBHOOK_URL: 'https://a.example', LOOPWORK_WEBHOOK_SECRET: 'x' }
  const stage = await staged(webhook({ secret: '' }), { env })
  expect(stage.report.state).toBe('unconfigured')
  expect(stage.report.problem).toMatch(/^LOOPWORK_WEBHOOK_SECRET must be whsec_/)
})

test('without a token Telegram stays silent, and is named', async () => {
  const stage = await staged(telegram({ chatId: '42' }))
  await playTwenty(stage)
  expect(stage.report).toMatchObject({
    state: 'unconfigured',
    problem: 'no token: set botToken or TELEGRAM_BOT_TOKEN',
  })
})

test('Telegram gets what it is sent as text, however it looks', async () => {
  const service = await telegramService()
  const stage = await staged(
    telegram({ botToken, chatId: '42', bot: false, apiUrl: service.url, notifyOnStart: false }),
  )
  await stage.work('T-1', { title: `<b>${hebrew}</b>`, reason: nasty })
  await stage.settled()
  const [text = ''] = service.texts
  expect(text.length).toBeLessThanOrEqual(4096)
  expect(text).toContain('<script> &lt; <@123>')
  expect(text).toContain(`\u2068T-1: <b>${hebrew}</b>\u2069`)
  expect(text).toContain('x…')
  expect(text).toContain('Attempts: 1')
})

test('the bot answers the configured chat alone', async () => {
  const service = await telegramService()
  const row = { priority: 'high', attempts: 2, reason: 'flaky', notBefore: null, waitsFor: ['T-0'] }
  const stage = await staged(telegram({ botToken, chatId: 42, apiUrl: service.url }), {
    tasks: [{ id: 'T-1', title: 'Fix <it>', state: 'blocked', ...row }],
  })
  const answered = async (text: string): Promise<string> => {
    const before = service.texts.length
    service.write(42, text)
    await expect.poll(() => service.texts.length).toBeGreaterThan(before)
    return String(service.texts.at(-1))
  }
  service.write(13, '/pause')
  expect(await answered('/tasks')).toBe('T-1 (blocked) Fix <it>')
  expect(await answered('/why T-1')).toBe('T-1 is blocked\nIt waits for T-0.\nflaky')
  expect(await answered('/task@loopbot T-1')).toContain('Priority: high')
  expect(await answered('/task T-9')).toBe('There is no task T-9.')
  expect(await answered('/status')).toBe('default\n1 blocked')
  expect(await answered('/complete T-1')).toBe('T-1: complete is done')
  expect(await answered('/fail T-1 it broke badly')).toBe('T-1: fail is done')
  expect(await answered('/reset T-1')).toBe('T-1: reset is done')
  expect(await answered('/pause')).toContain('/continue')
  expect(await answered('/continue')).toBe('It goes on')
  expect(await answered('/help')).toContain('/why - ')
  expect(await answered('/nonsense')).toContain('There is no /nonsense')
  expect(stage.requests).toEqual([
    { type: 'complete', task: 'T-1', reason: 'asked for on Telegram' },
    { type: 'fail', task: 'T-1', reason: 'it broke badly' },
    { type: 'reset', task: 'T-1', reason: 'asked for on Telegram' },
    { type: 'pause', reason: 'asked for on Telegram' },
    { type: 'continue', reason: 'asked for on Telegram' },
  ])
})

test('Discord is told of twenty tasks, and of the failure with the mention', async () => {
  const service = await discordService()
  const stage = await staged(discord({ webhookUrl: service.url + discordPath, mentionOnFail: '<@77>' }))
  await playTwenty(stage)
  expect(service.messages).toHaveLength(20)
  expect(service.messages[0]).toMatchObject({
    username: 'Loopwork',
    allowed_mentions: { parse: [] },
    embeds: [{ title: 'Task completed', color: 0x2ecc71 }],
  })
  expect(service.messages[6]).toMatchObject({
    content: '<@77> Task failed!',
    allowed_mentions: { parse: [], users: ['77'], roles: [] },
    embeds: [{ title: 'Task failed', color: 0xe74c3c }],
  })
})

test('Discord is waited for where it says so', async () => {
  const service = await discordService()
  const stage = await staged(discord({}), { env: { DISCORD_WEBHOOK_URL: service.url + discordPath } })
  service.next({ status: 429, body: { message: 'You are being rate limited.', retry_after: 0.02 } })
  await stage.work('T-1')
  await stage.settled()
  expect(service.messages).toHaveLength(1)
  expect(stage.report.errors).toBe(0)
})

test('nobody can be named, and nothing marked up, through a title or an error in Discord', async () => {
  const service = await discordService()
  const stage = await staged(discord({ webhookUrl: service.url + discordPath }))
  await stage.work('T-1', { title: '@everyone **run** [me](https://evil.example)', reason: nasty })
  await stage.settled()
  const [{ allowed_mentions, content, embeds }] = service.messages
  expect(allowed_mentions).toEqual({ parse: [] })
  expect(content).toBeUndefined()
  expect(embeds[0].description).not.toMatch(/(?<!\\)[*`[\]]bold|@everyone|(?<!\\)<@|https?:\/\//)
  expect(embeds[0].description).toContain('\\*bold\\*')
})

test('a webhook of Discord that is gone is said once, without its address', async () => {
  const service = await discordService()
  const stage = await staged(discord({ webhookUrl: `${service.url}/api/webhooks/1/gone-token` }))
  await playTwenty(stage)
  expect(service.seen).toHaveLength(1)
  expect(stage.lines).toHaveLength(1)
  expect(stage.lines[0]).toContain('Unknown Webhook')
  expect(stage.lines[0]).not.toContain('gone-token')
})

test('Slack is told of twenty tasks in plain text', async () => {
  const service = await serve(({ body }) => {
    const texts = body.blocks.map(({ text }: { text: { type: string; text: string } }) => text)
    const isGood = texts.every(
      ({ type, text }: { type: string; text: string }) => type === 'plain_text' && text.length <= 3000,
    )
    return isGood ? { status: 200 } : { status: 400, body: 'invalid_blocks' }
  })
  const stage = await staged(slack({ webhookUrl: `${service.url}/services/T/B/slack-secret` }))
  service.next({ status: 429, headers: { 'retry-after': '0' } })
  await playTwenty(stage)
  await stage.work('T-21', { title: '<!channel> & co', reason: nasty })
  await stage.settled()
  expect(service.seen).toHaveLength(22)
  expect(service.seen.at(-1)?.body.text).toBe('❌ Task failed: T-21: &lt;!channel&gt; &amp; co')
  expect(stage.report).toMatchObject({ state: 'running', errors: 0 })
})
