import type { PluginTask, TaskHappening } from '../config/plugin-context.ts'
import type { Fact } from '../events/catalogue.ts'
import { attributes, nanos, providers, semantics, tokensOf, type Value } from './telemetry.ts'

const delta = 1

/** What an ended attempt adds to the figures, and how long the queue is now. */
export function metricsOf(
  fact: Fact,
  { agent, model, durationMs, startedAt }: TaskHappening,
  tasks: readonly PluginTask[],
) {
  const usage = 'usage' in fact.event.data ? fact.event.data.usage : null
  const sum = tokensOf(usage)
  const base = {
    [semantics.system]: providers[agent] ?? agent,
    [semantics.operation]: 'invoke_agent',
    'gen_ai.request.model': model,
  }
  const times = { startTimeUnixNano: nanos(startedAt), timeUnixNano: nanos(fact.at) }
  const histogram = (
    name: string,
    unit: string,
    points: readonly (readonly [number, Record<string, Value>])[],
  ) => ({
    name,
    unit,
    histogram: {
      aggregationTemporality: delta,
      dataPoints: points.map(([value, more]) => ({
        ...times,
        attributes: attributes({ ...base, ...more }),
        count: '1',
        sum: value,
        min: value,
        max: value,
        bucketCounts: ['1'],
        explicitBounds: [],
      })),
    },
  })
  const cost = usage?.costUsd ?? null
  return [
    histogram('gen_ai.client.operation.duration', 's', [[durationMs / 1000, {}]]),
    ...(sum
      ? [
          histogram('gen_ai.client.token.usage', '{token}', [
            [sum.input + sum.cacheRead + sum.cacheWrite, { 'gen_ai.token.type': 'input' }],
            [sum.output, { 'gen_ai.token.type': 'output' }],
          ]),
        ]
      : []),
    ...(cost === null
      ? []
      : [
          {
            name: 'loopwork.cost',
            unit: '{USD}',
            sum: {
              aggregationTemporality: delta,
              isMonotonic: true,
              dataPoints: [{ ...times, attributes: attributes(base), asDouble: cost }],
            },
          },
        ]),
    {
      name: 'loopwork.queue.tasks',
      unit: '{task}',
      gauge: {
        dataPoints: [
          {
            timeUnixNano: nanos(fact.at),
            asInt: String(tasks.filter(({ state }) => state === 'queued').length),
          },
        ],
      },
    },
  ]
}
