import type { DomainEvent, Fact } from '../events/catalogue.ts'
import { taskOf } from '../events/event.ts'
import type { Usage } from '../events/shapes.ts'
import { usd } from './wording.ts'

/** How much a person should care. */
export type Level = 'debug' | 'info' | 'warn' | 'error'

/** A fact as a sentence. */
export type Told = { readonly level: Level; readonly subject: string; readonly text: string }

type Tellers = {
  readonly [Type in DomainEvent['type']]: (
    data: Extract<DomainEvent, { type: Type }>['data'],
  ) => readonly [Level, string]
}

const clock = (instant: string | null): string =>
  instant ? instant.slice(0, 19).replace('T', ' ') : 'a change'

const spent = (usage: Usage | null): string => {
  if (!usage) return ', usage unknown'
  const tokens = Object.values(usage.models).reduce(
    (sum, { input, output, cacheRead, cacheWrite }) => sum + input + output + cacheRead + cacheWrite,
    0,
  )
  return `, ${tokens} tokens, ${usage.costUsd === null ? 'cost unknown' : usd(usage.costUsd)}`
}

/** The first few, and how many more there are. */
const listed = (ids: readonly string[], most = 5): string =>
  ids.length > most ? `${ids.slice(0, most).join(', ')} and ${ids.length - most} more` : ids.join(', ')

const took = (ms: number | null): string => (ms === null ? '' : ` after ${(ms / 1000).toFixed(1)} s`)

const tellers: Tellers = {
  'loop.started': ({ session, holder, resumes }) => [
    'info',
    `${resumes ? 'resumed' : 'started'} session ${session} in process ${holder.pid}`,
  ],
  'loop.idled': ({ rule, reason, until }) => ['info', `waits (${rule}) until ${clock(until)}: ${reason}`],
  'loop.woke': ({ reason }) => ['debug', `goes on: ${reason}`],
  'loop.agentBarred': ({ agent, model, until, reason }) => [
    'warn',
    `${agent}${model ? ` (${model})` : ''} is not used ${until ? `before ${clock(until)}` : 'until somebody has looked'}: ${reason}`,
  ],
  'loop.budgetAlerted': ({ spentUsd, budgetUsd, day }) => [
    'warn',
    `${usd(spentUsd)} of the budget of ${usd(budgetUsd)} for ${day} are spent`,
  ],
  'loop.held': ({ reason, until }) => ['warn', `starts nothing new before ${clock(until)}: ${reason}`],
  'loop.backlogRefused': ({ problem, isOutage }) =>
    isOutage
      ? ['warn', `the backlog cannot be had now, work goes on with what is known of it: ${problem}`]
      : ['error', `the backlog cannot be read, work goes on with its last good state: ${problem}`],
  'loop.backlogAccepted': () => ['info', 'the backlog can be read again'],
  'loop.backlogRolledBack': ({ tasks }) => [
    'warn',
    `the backlog went back to an older version of itself while an agent worked, by git perhaps: ` +
      `what became of ${listed(tasks)} is told again; to have one done again: loopwork task reset <id>`,
  ],
  'loop.paused': ({ reason }) => ['info', `paused: ${reason}`],
  'loop.continued': ({ reason }) => ['info', `goes on: ${reason}`],
  'loop.drainRequested': ({ reason }) => ['info', `lets what runs end, then stops: ${reason}`],
  'loop.interruptRequested': ({ reason }) => ['info', `ends what runs, then stops: ${reason}`],
  'loop.abortRequested': ({ reason }) => ['error', `ends what runs, then stops: ${reason}`],
  'loop.stopped': ({ reason, detail }) => [
    reason === 'done' || reason === 'drained' ? 'info' : 'warn',
    `stopped (${reason}): ${detail}`,
  ],
  'task.queued': ({ title }) => ['debug', `queued: ${title}`],
  'task.imported': ({ status }) => ['debug', `taken in as ${status}`],
  'task.revised': () => ['debug', 'its definition was edited'],
  'task.removed': ({ reason }) => ['info', `removed: ${reason}`],
  'task.blocked': ({ waitsFor, missing, cyclic }) => tellBlocked(waitsFor, missing, cyclic),
  'task.unblocked': () => ['debug', 'all it waited for is done'],
  'task.claimed': ({ attempt, agent, model, title }) => [
    'info',
    `attempt ${attempt} with ${agent}${model ? ` (${model})` : ''}: ${title}`,
  ],
  'task.accessGranted': ({ attempt }) => ['debug', `the agent of attempt ${attempt} can speak for itself`],
  'task.reported': ({ text, percent }) => [
    'info',
    `reports${percent === null ? '' : ` ${percent}%`}: ${text}`,
  ],
  'task.decisionNoted': ({ text }) => ['info', `decided: ${text}`],
  'task.asked': ({ text, fallback, deadline }) => [
    'warn',
    `asks a person: ${text} (without an answer by ${clock(deadline)}: ${fallback})`,
  ],
  'task.answered': ({ answer, isFallback }) => [
    isFallback ? 'warn' : 'info',
    isFallback ? `nobody answered in time, so it is: ${answer}` : `was answered: ${answer}`,
  ],
  'task.subtaskAsked': ({ title }) => ['info', `asks for a sub-task: ${title}`],
  'task.troubleDiagnosed': ({ trouble, advice }) => ['debug', `${trouble}: ${advice}`], // the monitor says it, too
  'task.followUpsFound': ({ found, isApproved }) => tellFound(found, isApproved),
  'task.subtaskAdded': ({ id, title }) => ['info', `the sub-task ${id} was added: ${title}`],
  'task.subtaskRefused': ({ title, reason }) => ['warn', `the sub-task ${title} was not added: ${reason}`],
  'task.subtaskProposed': ({ id, title }) => ['info', `added the sub-task ${id}: ${title}`],
  'task.evidenceAttached': ({ name, bytes, note }) => [
    'info',
    `shows ${name} (${bytes} bytes)${note ? `: ${note}` : ''}`,
  ],
  'task.createdUnderKey': ({ key }) => ['debug', `created under the key ${key}`],
  'task.taken': ({ reason }) => ['info', `in somebody's hands: ${reason}`],
  'task.started': ({ process, supervisor }) => [
    'debug',
    `runs as process ${process?.pid ?? '?'} under supervisor ${supervisor?.pid ?? '?'}`,
  ],
  'task.progressed': ({ usage }) => ['debug', `works on${spent(usage)}`],
  'task.attemptSucceeded': ({ durationMs, usage, summary }) => [
    'info',
    `the agent is done${took(durationMs)}${spent(usage)}: ${summary}`,
  ],
  'task.attemptFailed': ({ durationMs, usage, kind, reason }) => [
    'warn',
    `attempt failed (${kind})${took(durationMs)}${spent(usage)}: ${reason}`,
  ],
  'task.attemptAbandoned': ({ reason, usage }) => ['info', `attempt ended${spent(usage)}: ${reason}`],
  'task.verificationStarted': ({ command }) => ['info', `checked by: ${command.join(' ')}`],
  'task.verificationPassed': ({ durationMs }) => ['info', `the check passed${took(durationMs)}`],
  'task.verificationFailed': ({ reason, durationMs }) => [
    'warn',
    `the check failed${took(durationMs)}: ${reason}`,
  ],
  'task.retryScheduled': ({ notBefore }) => ['info', `tried again at ${clock(notBefore)}`],
  'task.limitReached': ({ until, known, limit }) => [
    'warn',
    `waits for a limit until ${clock(until)}${known ? '' : ' (a guess)'}: ${limit}`,
  ],
  'task.personNeeded': ({ reason }) => ['error', `needs a person: ${reason}`],
  'task.requeued': ({ reason }) => ['info', `back in the queue: ${reason}`],
  'task.completed': () => ['info', 'completed'],
  'task.failed': ({ reason }) => ['error', `failed: ${reason}`],
  'task.cancelled': ({ reason }) => ['info', `cancelled: ${reason}`],
  'task.skipped': ({ reason }) => ['info', `skipped: ${reason}`],
  'task.reset': ({ reason }) => ['info', `reset: ${reason}`],
  'task.backlogTold': ({ status }) => ['debug', `stands as ${status} in the backlog`],
  'task.additionGranted': ({ title }) => ['info', `its agent adds a task: ${title}`],
  'task.tellRequested': ({ status }) => ['debug', `the backlog is to be told: ${status}`],
  'task.tellDelayed': ({ problem }) => ['warn', `the backlog could not be told yet: ${problem}`],
  'task.tellDone': ({ status }) => ['debug', `the backlog was told: ${status}`],
  'task.tellDropped': ({ status, reason }) => ['warn', `the backlog was not told ${status}: ${reason}`],
}

/** What happened, in one sentence for a person. */
export function narrate({ event, stream }: Pick<Fact, 'event' | 'stream'>): Told {
  const [level, text] = (tellers[event.type] as (data: unknown) => readonly [Level, string])(event.data)
  const subject = stream.startsWith('task/') ? taskOf(stream).id : stream.slice('loop/'.length)
  return { level, subject, text: text.replace(/\s+/g, ' ') }
}

function tellFound(
  found: readonly { readonly title: string }[],
  isApproved: boolean,
): readonly [Level, string] {
  if (found.length === 0) return ['debug', 'has left nothing to be done']
  const titles = found.map(({ title }) => title).join('; ')
  return isApproved
    ? ['info', `has left to be done: ${titles}`]
    : ['warn', `has left to be done, if you say so with \`loopwork follow-ups accept\`: ${titles}`]
}

/** What keeps a task back, and whether somebody has to do something about it. */
export function tellBlocked(
  waitsFor: readonly string[],
  missing: readonly string[],
  cyclic: readonly string[],
): readonly [Level, string] {
  if (missing.length > 0)
    return ['error', `depends on ${missing.join(', ')}, which the backlog does not have`]
  if (cyclic.length > 0) return ['error', `depends on itself through ${cyclic.join(', ')}`]
  return ['debug', `waits for ${waitsFor.join(', ')}`]
}
