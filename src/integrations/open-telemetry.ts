import type { LoopworkPlugin } from '../config/plugin-contract.ts'
import type { OpenTelemetryOptions } from '../config/plugin-options.ts'
import { createHttp } from './http.ts'
import { addressIn } from './notifier.ts'
import { resourceOf, spanOf } from './telemetry.ts'
import { metricsOf } from './telemetry-metrics.ts'

const types = [
  'task.attemptSucceeded',
  'task.attemptFailed',
  'task.attemptAbandoned',
  'task.verificationPassed',
  'task.verificationFailed',
  'task.completed',
  'task.failed',
  'loop.stopped',
] as const

/**
 * Traces and metrics over OTLP. Spans are made from the log when what they are about has ended, with ids that
 * follow from the facts: a crash loses none, and one that is sent twice is the same one.
 */
export function openTelemetry(options: OpenTelemetryOptions): LoopworkPlugin {
  return {
    name: 'openTelemetry',
    setup: (context) => {
      const { env } = context
      const endpoint = addressIn(context, ['endpoint', options.endpoint], 'OTEL_EXPORTER_OTLP_ENDPOINT')
      if (endpoint === null) return
      const headers = { ...headersIn(env.OTEL_EXPORTER_OTLP_HEADERS), ...options.headers }
      const secrets = Object.values(headers)
      const http = createHttp({ service: 'the OTLP receiver', credentials: 'its headers', secrets })
      const resource = resourceOf(options.serviceName ?? env.OTEL_SERVICE_NAME ?? 'loopwork')
      const scope = { name: 'loopwork' }
      const send = (path: string, body: unknown, signal: AbortSignal) =>
        http({ method: 'POST', url: `${endpoint.replace(/\/$/, '')}/v1/${path}`, headers, body, signal })

      context.durable(types, async (fact, { signal }) => {
        const happening = await context.describe(fact)
        const span = spanOf(fact, happening)
        if (!span) return
        const resourceSpans = [{ resource, scopeSpans: [{ scope, spans: [span] }] }]
        await send('traces', { resourceSpans }, signal)
        if (happening?.kind !== 'attemptEnded') return
        const metrics = metricsOf(fact, happening, await context.tasks())
        await send('metrics', { resourceMetrics: [{ resource, scopeMetrics: [{ scope, metrics }] }] }, signal)
      })
    },
  }
}

/** `key=value,key=value`, values percent-encoded, as the standard variable has it. */
function headersIn(text = ''): Record<string, string> {
  const pairs = text.split(',').flatMap((pair) => {
    const cut = pair.indexOf('=')
    return cut < 1
      ? []
      : [[pair.slice(0, cut).trim(), decodeURIComponent(pair.slice(cut + 1).trim())] as const]
  })
  return Object.fromEntries(pairs)
}
