import type { Happening, TaskHappening } from '../config/plugin-context.ts'
import type { Fact } from '../events/catalogue.ts'
import type { Usage } from '../events/shapes.ts'
import { spanId, traceId } from './trace-context.ts'

/** The conventions that the names below are from: https://opentelemetry.io/schemas/ */
export const semantics = { system: 'gen_ai.provider.name', operation: 'gen_ai.operation.name' } as const
export const providers: Readonly<Record<string, string>> = {
  claude: 'anthropic',
  codex: 'openai',
  gemini: 'gcp.gemini',
}
const failed = 2
const internal = 1

export type Value = string | number | null

/** Attributes as OTLP has them; what is not known is left out. */
export function attributes(values: Readonly<Record<string, Value>>) {
  return Object.entries(values).flatMap(([key, value]) =>
    value === null ? [] : [{ key, value: typed(value) }],
  )
}

function typed(value: string | number): Readonly<Record<string, string | number>> {
  if (typeof value === 'string') return { stringValue: value }
  return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value }
}

export function resourceOf(serviceName: string) {
  return { attributes: attributes({ 'service.name': serviceName }) }
}

export const nanos = (instant: string | number): string => `${new Date(instant).getTime()}000000`

/** The span that ends with a fact; null for one that ends none. */
export function spanOf(fact: Fact, happening: Happening | null) {
  const session = happening?.kind === 'loopEnded' ? happening.session : fact.session
  if (!session) return null
  const span = bySubject({ fact, session }, happening)
  return span && { traceId: traceId(session), kind: internal, endTimeUnixNano: nanos(fact.at), ...span }
}

type Ground = { readonly fact: Fact; readonly session: string }

function bySubject(ground: Ground, happening: Happening | null) {
  if (!happening) return ofVerification(ground)
  if (happening.kind === 'loopEnded') return ofLoop(ground, happening)
  return 'task' in happening ? ofTask(ground, happening) : null
}

function ofVerification({ fact: { event, stream, at, position }, session }: Ground) {
  if (event.type !== 'task.verificationPassed' && event.type !== 'task.verificationFailed') return null
  const { attempt, durationMs } = event.data
  return {
    spanId: spanId(session, stream, attempt, 'verify'),
    parentSpanId: spanId(session, stream, attempt),
    name: 'verify',
    startTimeUnixNano: nanos(new Date(at).getTime() - (durationMs ?? 0)),
    attributes: attributes({ 'loopwork.position': position }),
    ...statusOf(event.type === 'task.verificationFailed' ? event.data.reason : null),
  }
}

function ofLoop({ fact: { at }, session }: Ground, happening: Extract<Happening, { kind: 'loopEnded' }>) {
  const { namespace, durationMs, completed, failed: failures, reason } = happening
  return {
    spanId: spanId(session),
    name: `loop ${namespace}`,
    startTimeUnixNano: nanos(new Date(at).getTime() - durationMs),
    attributes: attributes({
      'loopwork.namespace': namespace,
      'loopwork.completed': completed,
      'loopwork.failed': failures,
      'loopwork.stop_reason': reason,
    }),
  }
}

function ofTask({ fact, session }: Ground, happening: TaskHappening) {
  const { stream, event, position } = fact
  const isAttempt = happening.kind === 'attemptEnded'
  const task = spanId(session, stream)
  const isFailure = event.type === 'task.attemptFailed' || event.type === 'task.failed'
  return {
    spanId: isAttempt ? spanId(session, stream, happening.attempt) : task,
    parentSpanId: isAttempt ? task : spanId(session),
    name: isAttempt ? `invoke_agent ${happening.agent}` : `task ${happening.task.id}`,
    startTimeUnixNano: nanos(happening.startedAt),
    attributes: attributes({
      ...aboutTask(happening),
      ...(isAttempt ? aboutAttempt(happening, fact) : {}),
      'loopwork.position': position,
    }),
    ...statusOf(isFailure ? happening.reason : null),
  }
}

function statusOf(problem: string | null) {
  return problem === null ? {} : { status: { code: failed, message: problem.slice(0, 500) } }
}

function aboutTask({ task, namespace, attempt }: TaskHappening): Record<string, Value> {
  return {
    'loopwork.task.id': task.id,
    'loopwork.task.title': task.title,
    'loopwork.namespace': namespace,
    'loopwork.attempt': attempt,
  }
}

function aboutAttempt({ agent, model }: TaskHappening, { event }: Fact): Record<string, Value> {
  const usage = 'usage' in event.data ? event.data.usage : null
  const sum = tokensOf(usage)
  return {
    [semantics.operation]: 'invoke_agent',
    [semantics.system]: providers[agent] ?? agent,
    'gen_ai.agent.name': agent,
    'gen_ai.request.model': model,
    'gen_ai.conversation.id': 'agentSession' in event.data ? event.data.agentSession : null,
    'gen_ai.usage.input_tokens': sum ? sum.input + sum.cacheRead + sum.cacheWrite : null,
    'gen_ai.usage.output_tokens': sum?.output ?? null,
    'gen_ai.usage.cache_read.input_tokens': sum?.cacheRead ?? null,
    'gen_ai.usage.cache_write.input_tokens': sum?.cacheWrite ?? null,
    'loopwork.cost_usd': usage?.costUsd ?? null,
  }
}

export function tokensOf(usage: Usage | null) {
  if (!usage) return null
  return Object.values(usage.models).reduce(
    (sum, one) => ({
      input: sum.input + one.input,
      output: sum.output + one.output,
      cacheRead: sum.cacheRead + one.cacheRead,
      cacheWrite: sum.cacheWrite + one.cacheWrite,
    }),
    { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 },
  )
}
