import { Webhook } from 'standardwebhooks'
import { expect, test } from 'vitest'
import { commandFor } from '../../src/integrations/desktop.ts'
import { openTelemetry } from '../../src/integrations/open-telemetry.ts'
import { spanId, traceId } from '../../src/integrations/trace-context.ts'
import { webhook } from '../../src/integrations/webhook.ts'
import { type Seen, serve } from '../support/services/service.ts'
import { playTwenty, staged } from './stage.ts'

const secret = `whsec_${Buffer.from('a secret of twenty-four b').toString('base64')}`
const verify = (key: string, { text, headers }: Seen) =>
  new Webhook(key).verify(text, headers as Record<string, string>) as {
    type: string
    data: { position: number }
  }

test('a webhook is sent twenty tasks that the reference library takes for ours', async () => {
  const service = await serve(() => ({ status: 204 }))
  const stage = await staged(webhook({ url: service.url, secret }))
  await playTwenty(stage)
  const told = service.seen.map((seen) => verify(secret, seen))
  expect(told.map(({ type }) => type).filter((type) => type === 'task.completed')).toHaveLength(19)
  expect(told.map(({ data }) => data.position)).toEqual(
    told.map(({ data }) => data.position).sort((a, b) => a - b),
  )
  expect(told).toHaveLength(40)
})

test('a webhook keeps its id from try to try, and is signed anew', async () => {
  const service = await serve(() => ({ status: 200 }))
  const stage = await staged(webhook({ url: service.url, secret, events: ['task.completed'] }))
  service.next({ status: 503 }, { status: 500 })
  await stage.work('T-1')
  await stage.settled()
  expect(service.seen).toHaveLength(3)
  expect(new Set(service.seen.map(({ headers }) => headers['webhook-id'])).size).toBe(1)
  for (const seen of service.seen) verify(secret, seen)
})

test('during a change of keys a webhook is signed with both', async () => {
  const service = await serve(() => ({ status: 200 }))
  const next = `whsec_${Buffer.from('the secret after the other').toString('base64')}`
  const stage = await staged(webhook({ url: service.url, secret: [next, secret], events: ['task.failed'] }))
  await stage.work('T-1', { reason: 'no' })
  await stage.settled()
  for (const key of [secret, next]) verify(key, service.seen[0] as Seen)
  expect(() => verify('whsec_bm90IHRoZSBzZWNyZXQ=', service.seen[0] as Seen)).toThrow()
})

test('an event that there is not is refused with its name', async () => {
  const stage = await staged(webhook({ url: 'http://127.0.0.1:1', secret, events: ['task.done'] }))
  expect(stage.report).toMatchObject({
    state: 'off',
    problem: expect.stringContaining('there is no event task.done'),
  })
})

test('a webhook that redirects is not followed', async () => {
  const other = await serve(() => ({ status: 200 }))
  const service = await serve(() => ({ status: 302, headers: { location: other.url } }))
  const stage = await staged(webhook({ url: service.url, secret, events: ['task.completed'] }))
  await stage.work('T-1')
  await stage.settled()
  expect(other.seen).toEqual([])
  expect(stage.report.problem).toBe('the webhook answered 302')
})

test('OpenTelemetry has the spans of attempts under their tasks, and what they used', async () => {
  const service = await serve(() => ({ status: 200, body: {} }))
  const stage = await staged(
    openTelemetry({ endpoint: service.url, headers: { 'x-key': 'otlp-header-secret' } }),
  )
  await playTwenty(stage)
  const sent = (path: string) => service.seen.filter((seen) => seen.path === path)
  const spans = sent('/v1/traces').flatMap(({ body }) => body.resourceSpans[0].scopeSpans[0].spans)
  expect(spans).toHaveLength(40)
  expect(new Set(spans.map((span) => span.traceId))).toEqual(new Set([traceId('session')]))
  const task = spanId('session', 'task/tasks.json/T-7')
  expect(spans.filter(({ parentSpanId }) => parentSpanId === task)).toMatchObject([
    { name: 'invoke_agent claude', kind: 1, status: { code: 2, message: 'the tests fail' } },
  ])
  expect(spans.find((span) => span.spanId === task)).toMatchObject({
    name: 'task T-7',
    parentSpanId: spanId('session'),
  })
  const attributes = Object.fromEntries(
    spans[0].attributes.map(({ key, value }: { key: string; value: object }) => [
      key,
      Object.values(value)[0],
    ]),
  )
  expect(attributes).toMatchObject({
    'gen_ai.operation.name': 'invoke_agent',
    'gen_ai.provider.name': 'anthropic',
    'gen_ai.request.model': 'model-1',
    'gen_ai.usage.input_tokens': '1000',
    'gen_ai.usage.output_tokens': '100',
    'loopwork.cost_usd': 0.25,
  })
  const metrics = sent('/v1/metrics').map(({ body }) => body.resourceMetrics[0].scopeMetrics[0].metrics)
  expect(metrics).toHaveLength(20)
  expect(metrics[0].map(({ name }: { name: string }) => name)).toEqual([
    'gen_ai.client.operation.duration',
    'gen_ai.client.token.usage',
    'loopwork.cost',
    'loopwork.queue.tasks',
  ])
})

test.each(['linux', 'darwin', 'win32'] as const)(
  'a notification on %s is never part of a program',
  (platform) => {
    const texts = { title: '"; $(rm -rf ~) `x`', body: "' & calc <b>" }
    const [file, args, env] = commandFor(platform, texts)
    const program =
      platform === 'linux' ? file : args.slice(0, platform === 'darwin' ? 2 : undefined).join(' ')
    expect(program).not.toContain('rm -rf')
    expect(program).not.toContain('calc')
    expect([...args, ...Object.values(env)]).toContain(texts.title)
  },
)
