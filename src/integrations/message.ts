import type { Happening } from '../config/plugin-context.ts'
import { duration, usd } from '../projections/wording.ts'
import { contained, cut } from './cut.ts'

/** What a person is told of a happening, before a service's own form is put on it. */
export type Message = {
  readonly tone: 'start' | 'good' | 'bad' | 'mixed'
  readonly heading: string
  /** `T-1: Fix the login`, or what the loop is. */
  readonly subject: string
  readonly details: readonly (readonly [label: string, value: string])[]
  /** The reason of a failure or the summary of a success; may be long. */
  readonly body: string | null
}

/** Which happenings are told. */
export type Notify = {
  readonly onStart: boolean
  readonly onComplete: boolean
  readonly onFail: boolean
  readonly onLoopEnd: boolean
}

type Switches = {
  readonly notifyOnStart?: boolean | undefined
  readonly notifyOnComplete?: boolean | undefined
  readonly notifyOnFail?: boolean | undefined
  readonly notifyOnLoopEnd?: boolean | undefined
}

export function notifyOf(options: Switches, onStart: boolean): Notify {
  return {
    onStart: options.notifyOnStart ?? onStart,
    onComplete: options.notifyOnComplete ?? true,
    onFail: options.notifyOnFail ?? true,
    onLoopEnd: options.notifyOnLoopEnd ?? true,
  }
}

/** The facts that notifications are about. */
export const newsTypes = [
  'task.claimed',
  'task.completed',
  'task.failed',
  'task.personNeeded',
  'loop.started',
  'loop.stopped',
  'loop.budgetAlerted',
] as const

const mostBody = 10_000

/** A happening as a message; null for what is not to be told. */
export function messageOf(happening: Happening, notify: Notify): Message | null {
  switch (happening.kind) {
    case 'taskStarted': {
      const isFirst = happening.attempt === 1
      if (!notify.onStart || !isFirst) return null
      return aboutTask(happening, 'start', 'Task started')
    }
    case 'attemptEnded':
      return null
    case 'taskCompleted':
      return notify.onComplete ? aboutTask(happening, 'good', 'Task completed') : null
    case 'taskFailed':
      return notify.onFail ? aboutTask(happening, 'bad', 'Task failed') : null
    case 'taskNeedsPerson':
      return notify.onFail ? aboutTask(happening, 'bad', 'Task needs a person') : null
    case 'loopStarted': {
      if (!notify.onStart) return null
      return { tone: 'start', heading: 'Loop started', subject: happening.namespace, details: [], body: null }
    }
    case 'loopEnded':
      return notify.onLoopEnd ? aboutEnd(happening) : null
    case 'budgetAlerted': {
      const { spentUsd, budgetUsd, namespace } = happening
      const body = `${usd(spentUsd)} of today's ${usd(budgetUsd)} are spent`
      return { tone: 'mixed', heading: 'Budget', subject: namespace, details: [], body }
    }
  }
}

function aboutTask(
  happening: Extract<Happening, { task: unknown }>,
  tone: Message['tone'],
  heading: string,
): Message {
  const { task, agent, model, durationMs, costUsd, attempt, summary, reason } = happening
  const subject = cut(contained(`${task.id}: ${task.title.replace(/\s+/g, ' ')}`), 300)
  const by = ['Agent', contained(model ? `${agent} (${model})` : agent)] as const
  if (tone === 'start') return { tone, heading, subject, details: [by], body: null }
  const cost = costUsd === null ? [] : [['Cost', usd(costUsd)] as const]
  const details = [
    ['Duration', duration(durationMs)] as const,
    ...cost,
    ['Attempts', String(attempt)] as const,
    by,
  ]
  const body = tone === 'bad' ? (reason ?? 'no reason was given') : summary
  return { tone, heading, subject, details, body: body === null ? null : contained(cut(body, mostBody)) }
}

function aboutEnd(happening: Extract<Happening, { kind: 'loopEnded' }>): Message {
  const { namespace, completed, failed, durationMs, costUsd, reason, detail } = happening
  const cost = costUsd === null ? [] : [['Cost', usd(costUsd)] as const]
  return {
    tone: failed > 0 || reason !== 'done' ? 'mixed' : 'good',
    heading: 'Loop ended',
    subject: namespace,
    details: [
      ['Completed', String(completed)],
      ['Failed', String(failed)],
      ['Duration', duration(durationMs)],
      ...cost,
    ],
    body: contained(`${reason}: ${detail}`),
  }
}
