import type { Happening, LoopHappening, TaskHappening } from '../config/plugin-context.ts'
import type { Fact } from '../events/catalogue.ts'
import { taskOf } from '../events/event.ts'
import type { EventLog } from '../ports/event-log.ts'

type Log = Pick<EventLog, 'readStream' | 'readAfter'>
/** A task happening before its backlog was asked for what it keeps with the task. */
type Told = Omit<TaskHappening, 'task'> & { readonly task: { readonly id: string; readonly title: string } }

const kinds: Readonly<Record<string, TaskHappening['kind']>> = {
  'task.claimed': 'taskStarted',
  'task.completed': 'taskCompleted',
  'task.failed': 'taskFailed',
  'task.personNeeded': 'taskNeedsPerson',
  'task.attemptSucceeded': 'attemptEnded',
  'task.attemptFailed': 'attemptEnded',
  'task.attemptAbandoned': 'attemptEnded',
}

/**
 * A fact with what a person needs to understand it, read from the history before it. It depends on nothing
 * else: after a crash the same fact is told in the same words. Null for facts that are no news, among them
 * what was said of a task that no attempt was made at.
 */
export async function describe(
  log: Log,
  fact: Fact,
  metadataOf: (task: string) => Promise<TaskHappening['task']['metadata']>,
): Promise<Happening | null> {
  const kind = kinds[fact.event.type]
  if (!kind) return describeLoop(log, fact)
  const told = await describeTask(log, fact, kind)
  if (!told) return null
  return { ...told, task: { ...told.task, metadata: await metadataOf(told.task.id) } }
}

/** What is known of a task after some of its facts. */
type Known = {
  readonly title: string
  readonly claim: { readonly data: DataOf<'task.claimed'>; readonly at: string } | null
  readonly costUsd: number | null
  readonly durationMs: number | null
  readonly summary: string | null
  readonly reason: string | null
}

type DataOf<Type extends Fact['event']['type']> = Extract<Fact['event'], { type: Type }>['data']

const nothing: Known = {
  title: '',
  claim: null,
  costUsd: null,
  durationMs: null,
  summary: null,
  reason: null,
}

async function describeTask(log: Log, fact: Fact, kind: TaskHappening['kind']): Promise<Told | null> {
  const { id } = taskOf(fact.stream)
  let known = nothing
  for await (const earlier of log.readStream(fact.stream)) {
    if (earlier.version > fact.version) break
    known = learn(known, earlier)
  }
  const { title, claim, durationMs, ...rest } = known
  if (!claim) return null
  const { namespace, attempt, iteration, agent, model } = claim.data
  const sinceClaim = new Date(fact.at).getTime() - new Date(claim.at).getTime()
  return {
    ...{ kind, namespace, attempt, iteration, agent, model, ...rest },
    at: fact.at,
    task: { id, title: title || id },
    startedAt: claim.at,
    durationMs: durationMs ?? sinceClaim,
  }
}

function learn(known: Known, { event, at }: Fact): Known {
  const { data } = event
  const next = {
    ...known,
    ...('title' in data ? { title: data.title } : {}),
    ...('reason' in data ? { reason: data.reason } : {}),
  }
  switch (event.type) {
    case 'task.claimed':
      return { ...next, claim: { data: event.data, at }, durationMs: null, summary: null, reason: null }
    case 'task.reset':
      return { ...next, claim: null, costUsd: null }
    case 'task.attemptSucceeded':
      return { ...next, ...ended(known, event.data), summary: event.data.summary }
    case 'task.attemptFailed':
    case 'task.attemptAbandoned':
      return { ...next, ...ended(known, event.data) }
    default:
      return next
  }
}

function ended({ costUsd }: Known, { usage, durationMs }: Omit<DataOf<'task.attemptAbandoned'>, 'reason'>) {
  return { durationMs, costUsd: plus(costUsd, usage?.costUsd ?? null) }
}

/** Amounts of which some are not known: what is known of their sum. */
function plus(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : a + b
}

async function describeLoop(log: Log, fact: Fact): Promise<LoopHappening | null> {
  const { event, at, stream } = fact
  const namespace = stream.slice('loop/'.length)
  switch (event.type) {
    case 'loop.started':
      return { kind: 'loopStarted', namespace, at, session: event.data.session }
    case 'loop.budgetAlerted': {
      const { spentUsd, budgetUsd } = event.data
      return { kind: 'budgetAlerted', namespace, at, spentUsd, budgetUsd }
    }
    case 'loop.stopped': {
      const { session, reason, detail } = event.data
      return {
        kind: 'loopEnded',
        namespace,
        at,
        session,
        reason,
        detail,
        ...(await tally(log, fact, session)),
      }
    }
    default:
      return null
  }
}

/** What the session came to, of all its lives together. */
async function tally(log: Log, end: Fact, session: string) {
  const begin = (await beginOf(log, end, session)) ?? end
  const sum = { completed: 0, failed: 0, costUsd: null as number | null }
  for await (const batch of log.readAfter(begin.position - 1)) {
    const its = batch.filter((fact) => fact.session === session && fact.position <= end.position)
    const count = (type: Fact['event']['type']) => its.filter(({ event }) => event.type === type).length
    sum.completed += count('task.completed')
    sum.failed += count('task.failed')
    for (const { event } of its) sum.costUsd = plus(sum.costUsd, costOf(event))
    if ((batch.at(-1)?.position ?? 0) >= end.position) break
  }
  return { ...sum, durationMs: new Date(end.at).getTime() - new Date(begin.at).getTime() }
}

function costOf({ data }: Fact['event']): number | null {
  const isEnd = 'exit' in data && 'usage' in data
  return isEnd ? (data.usage?.costUsd ?? null) : null
}

async function beginOf(log: Log, end: Fact, session: string): Promise<Fact | null> {
  for await (const fact of log.readStream(end.stream)) {
    if (fact.event.type === 'loop.started' && fact.event.data.session === session) return fact
    if (fact.version >= end.version) break
  }
  return null
}
