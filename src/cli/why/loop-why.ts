import { openQuestion, type TaskRow } from '../../projections/task-row.ts'
import { duration } from '../../projections/wording.ts'
import { backlogWhy } from './backlog-why.ts'
import { isAtWork, type Scene } from './situation.ts'
import { complaints, waysOf } from './ways.ts'
import type { Next, Why } from './why.ts'

/** Why a loop does what it does. */
export function loopWhy(scene: Scene): Why {
  const { loop, next } = scene
  const state = stateOf(scene)
  return {
    schema: 'loopwork/why@1',
    of: 'loop',
    name: loop.namespace,
    state,
    since: loop.since,
    because: becauseOf(scene, state),
    ...waitOf(scene, state),
    next: nextAs(scene, state, next),
    backlog: backlogWhy(loop.options.backlog, { ...loop, isAlive: isAtWork(scene) }, scene.tellings),
    ways: [...waysOf(scene, state), ...(state === 'stopped' ? [] : complaints(scene))],
  }
}

/** What a person has said comes before what the scheduler would say. */
function nextAs({ loop }: Scene, state: string, next: Next): Next {
  if (state === 'draining' || state === 'interrupting') {
    const rule = state === 'draining' ? 'drain' : 'interrupt'
    return { does: 'stop', rule, detail: 'once what runs has ended', until: null }
  }
  if (!loop.pause) return next
  const then = next.does === 'claim' ? next.detail : `would ${next.does}: ${next.detail}`
  return { does: 'idle', rule: 'pause', detail: `begins nothing; after that it ${then}`, until: null }
}

/**
 * `crashed` is a loop whose process died without a word, `silent` one whose process lives but does not answer,
 * `working` one that has an attempt open.
 */
function stateOf({ loop, holder, open }: Scene): string {
  if (loop.state === 'stopped') return 'stopped'
  if (holder === 'gone') return 'crashed'
  if (holder === 'silent') return 'silent'
  return loop.state === 'running' && open.length > 0 ? 'working' : loop.state
}

function becauseOf({ loop, open }: Scene, state: string): string {
  if (state === 'crashed') return `process ${loop.holder?.pid ?? '?'} ended without a word`
  if (state === 'silent')
    return `process ${loop.holder?.pid ?? '?'} lives, but does not answer: it is stopped or hangs`
  if (state === 'working') return open.map(attemptText).join('; ')
  if (state === 'stopped') return `${loop.stopReason}: ${loop.reason}`
  return loop.reason
}

function attemptText({ id, open }: TaskRow): string {
  const agent = [open?.agent, open?.model].filter(Boolean).join(' ')
  return `attempt ${open?.attempt} at ${id} with ${agent}`
}

function waitOf(scene: Scene, state: string): Pick<Why, 'waitsFor' | 'until'> {
  const { loop, open, now } = scene
  const ends = open.map((row) => endText(row, now))
  if (['working', 'draining', 'interrupting'].includes(state)) {
    return { waitsFor: ends, until: state === 'interrupting' ? null : latestEnd(scene) }
  }
  if (state === 'idle') return { waitsFor: [loop.reason], until: loop.until }
  if (state === 'paused') return { waitsFor: ['`loopwork continue`', ...ends], until: null }
  if (state === 'running') return { waitsFor: [], until: null }
  if (state === 'silent') return { waitsFor: ['somebody who restarts it, or wakes its process'], until: null }
  return { waitsFor: ['somebody who starts it'], until: null }
}

function endText(row: TaskRow, now: Date): string {
  const question = openQuestion(row)
  const asks = question ? `, which waits for an answer until ${question.deadline}` : ''
  return `${row.id}, running for ${sinceText(row.open?.since ?? row.since, now)}${asks}`
}

/** The instant at which the supervisor ends what runs. */
export function latestEnd({ loop, open }: Pick<Scene, 'loop' | 'open'>): string | null {
  const { terms, timeoutMs } = loop.options
  const ends = open.map(({ open: attempt }) => {
    const worker = terms?.pool.find(({ agent, model }) => agent === attempt?.agent && model === attempt.model)
    return new Date(attempt?.since ?? loop.since).getTime() + (worker?.timeoutMs ?? timeoutMs)
  })
  return ends.length === 0 ? null : new Date(Math.max(...ends)).toISOString()
}

function sinceText(instant: string, now: Date): string {
  return duration(now.getTime() - new Date(instant).getTime())
}
