import { expect, test } from 'vitest'
import { openTelemetry } from '../../src/integrations/open-telemetry.ts'
import { traceContext } from '../../src/integrations/trace-context.ts'
import { agentOf, backlogOf, configOf, makeProject } from '../support/project.ts'
import { type Seen, type Service, serve } from '../support/services/service.ts'
import { playTwenty, staged } from './stage.ts'

/** A message of the protocol, by the definitions that the official exporter is generated from. */
type Message = {
  fromObject(from: object): object
  encode(message: object): { finish(): Uint8Array }
  decode(bytes: Uint8Array): object
  toObject(message: object, how: object): object
}

const generated: { default: object } = await import(
  '@opentelemetry/otlp-transformer/build/src/generated/root.js'
)
type Collector = Record<'trace' | 'metrics', { v1: Record<string, Message> }>
const { collector: official } = (generated.default as { opentelemetry: { proto: { collector: Collector } } })
  .opentelemetry.proto

const messages: Readonly<Record<string, Message>> = {
  '/v1/traces': official.trace.v1.ExportTraceServiceRequest as Message,
  '/v1/metrics': official.metrics.v1.ExportMetricsServiceRequest as Message,
}

const ids = new Set(['traceId', 'spanId', 'parentSpanId'])
const numbers = new Set(['sum', 'min', 'max', 'asDouble', 'doubleValue'])

/** OTLP's JSON has ids in hexadecimal, where that of Protocol Buffers has base64. */
function withIds(value: unknown, from: BufferEncoding, to: BufferEncoding): unknown {
  if (Array.isArray(value)) return value.map((one) => withIds(one, from, to))
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(([key, one]) => [
    key,
    ids.has(key) ? Buffer.from(one, from).toString(to) : withIds(one, from, to),
  ])
  return Object.fromEntries(entries)
}

/** What a collector that knows the protocol has of a request, after its way through the binary form. */
function collected({ path, body }: Seen): unknown {
  const message = messages[path] as Message
  const bytes = message.encode(message.fromObject(withIds(body, 'hex', 'base64') as object)).finish()
  const how = { longs: String, bytes: String, arrays: false, objects: false }
  return withIds(message.toObject(message.decode(bytes), how), 'base64', 'hex')
}

/** Fields that are empty are not kept by the binary form, and are none. */
function full(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(full)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).flatMap(([key, one]) => {
    if (Array.isArray(one) && one.length === 0) return []
    return [[key, numbers.has(key) && typeof one !== 'object' ? Number(one) : full(one)]]
  })
  return Object.fromEntries(entries)
}

const collector = (): Promise<Service> =>
  serve(({ path, headers }) =>
    messages[path] && headers['content-type'] === 'application/json'
      ? { status: 200, body: {} }
      : { status: 404 },
  )

test('a collector that knows the protocol loses nothing of what it is sent', async () => {
  const service = await collector()
  const stage = await staged(openTelemetry({ endpoint: service.url }))
  await playTwenty(stage)
  await stage.task('T-1', {
    type: 'task.verificationFailed',
    data: { attempt: 1, kind: 'verification', durationMs: 12, exit: null, reason: 'the tests fail' },
  })
  await stage.settled()
  expect(service.seen.length).toBeGreaterThanOrEqual(60)
  for (const seen of service.seen) expect(collected(seen)).toEqual(full(seen.body))
  expect(stage.report.errors).toBe(0)
})

test('a field that the protocol does not have would be noticed', () => {
  const body = { resourceSpans: [{ scopeSpans: [{ spans: [{ name: 'x', startTime: '1' }] }] }] }
  expect(collected({ path: '/v1/traces', body } as Seen)).not.toEqual(body)
})

test('an agent is told of the trace that its attempt becomes a span of', { timeout: 60_000 }, async () => {
  const service = await collector()
  const agent = agentOf(
    "require('fs').writeFileSync('told', JSON.stringify([process.env.TRACEPARENT, process.env.TRACESTATE]))",
  )
  const project = makeProject({
    'tasks.json': backlogOf({ id: 'A', title: 'One' }),
    'loopwork.config.json': configOf(agent, { openTelemetry: { endpoint: service.url } }),
  })
  const { code } = await project.with({ TRACESTATE: 'other=1' }).loopwork('start', '--quiet')
  expect(code).toBe(0)
  const [traceparent, state] = JSON.parse(project.read('told'))
  expect(traceparent).toMatch(/^00-[\da-f]{32}-[\da-f]{16}-01$/)
  expect(state).toBeNull()
  const spans = service.seen
    .filter(({ path }) => path === '/v1/traces')
    .flatMap(({ body }) => body.resourceSpans[0].scopeSpans[0].spans)
  const attempt = spans.find(({ name }) => name === 'invoke_agent command')
  expect(traceparent).toBe(`00-${attempt.traceId}-${attempt.spanId}-01`)
  expect(spans.map(({ name }) => name)).toEqual(['invoke_agent command', 'task A', 'loop default'])
})

test('without OpenTelemetry an agent is told of no trace of ours', { timeout: 60_000 }, async () => {
  const project = makeProject({
    'tasks.json': backlogOf({ id: 'A', title: 'One' }),
    'loopwork.config.json': configOf(
      agentOf("require('fs').writeFileSync('told', String(process.env.TRACEPARENT))"),
    ),
  })
  const given = traceContext('of-the-user', 'task/b/1', 1).TRACEPARENT as string
  await project.with({ TRACEPARENT: given }).loopwork('start', '--quiet')
  expect(project.read('told')).toBe(given)
})
