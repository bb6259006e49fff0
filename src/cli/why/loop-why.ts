import { barOf } from '../../machines/pool.ts'
import type { TaskRow } from '../../projections/task-row.ts'
import { duration } from '../../projections/wording.ts'
import type { Scene } from './situation.ts'
import type { Next, Way, Why } from './why.ts'

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
    next: nextAs(state, next),
    ways: [...waysOf(scene, state), ...(state === 'stopped' ? [] : complaints(scene))],
  }
}

/** What a person has said comes before what the scheduler would say. */
function nextAs(state: string, next: Next): Next {
  if (state === 'draining') {
    return { does: 'stop', rule: 'drain', detail: 'once what runs has ended', until: null }
  }
  if (state !== 'paused') return next
  const then = next.does === 'claim' ? next.detail : `would ${next.does}: ${next.detail}`
  return { does: 'idle', rule: 'pause', detail: `begins nothing; after that it ${then}`, until: null }
}

/** `crashed` is a loop whose process died without a word; `working` one that has an attempt open. */
function stateOf({ loop, isAlive, open }: Scene): string {
  if (loop.state === 'stopped') return 'stopped'
  if (!isAlive) return 'crashed'
  return loop.state === 'running' && open.length > 0 ? 'working' : loop.state
}

function becauseOf({ loop, open }: Scene, state: string): string {
  if (state === 'crashed') return `process ${loop.holder?.pid ?? '?'} ended without a word`
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
  const ends = open.map((row) => `${row.id}, running for ${sinceText(row.open?.since ?? row.since, now)}`)
  if (state === 'working' || state === 'draining') return { waitsFor: ends, until: latestEnd(scene) }
  if (state === 'idle') return { waitsFor: [loop.reason], until: loop.until }
  if (state === 'paused') return { waitsFor: ['`loopwork continue`', ...ends], until: null }
  if (state === 'running') return { waitsFor: [], until: null }
  return { waitsFor: ['somebody who starts it'], until: null }
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

function waysOf({ loop, open }: Scene, state: string): Way[] {
  const { namespace } = loop
  const tasks = open.map(({ id }) => id)
  switch (state) {
    case 'crashed':
      return [{ what: 'Go on where it was', command: `loopwork resume --namespace ${namespace}` }]
    case 'stopped':
      return stoppedWays(loop.stopReason, namespace)
    case 'paused':
      return [{ what: 'Let it go on', command: `loopwork continue ${namespace}` }]
    case 'idle':
      return [
        { what: 'Wait: it goes on by itself', command: null },
        { what: 'Stop it', command: `loopwork stop ${namespace}` },
      ]
    case 'draining':
      return [{ what: 'Wait for what runs to end', command: null }]
    case 'working':
      return [
        { what: 'See what it does', command: `loopwork logs ${namespace} --follow` },
        { what: 'Take a task away from it', command: `loopwork task cancel ${tasks[0]}` },
        { what: 'Begin nothing new', command: `loopwork pause ${namespace}` },
      ]
    default:
      return [{ what: 'See what it does', command: `loopwork logs ${namespace} --follow` }]
  }
}

function stoppedWays(reason: string | null, namespace: string): Way[] {
  const start = { what: 'Begin a new session', command: `loopwork start --namespace ${namespace}` }
  const resume = { what: 'Go on where it was', command: `loopwork resume --namespace ${namespace}` }
  if (reason === 'done') {
    return [
      { what: 'See what is left', command: 'loopwork task list' },
      { ...start, what: 'Add tasks, then start it again' },
    ]
  }
  if (reason === 'max-iterations') {
    return [{ what: 'Allow more attempts', command: `${start.command} --max-iterations 200` }]
  }
  if (reason === 'circuit-breaker') {
    return [{ what: 'See why the last ones failed', command: 'loopwork task list' }, resume]
  }
  if (reason === 'aborted') {
    return [
      { what: 'See what failed, and put it back or pass over it', command: 'loopwork task list' },
      resume,
    ]
  }
  if (reason === 'person-needed') {
    return [{ what: 'Log the agent in, or see to its account', command: 'loopwork doctor' }, resume]
  }
  return [resume, start]
}

/** What stands in its way besides. */
function complaints({ loop, now }: Scene): Way[] {
  const { pool = [] } = loop.options.terms ?? {}
  const barred = pool.flatMap((one) => barOf(one, loop.bars, now) ?? [])
  const { hold, backlogProblem: problem } = loop
  const isHeld = hold !== null && new Date(hold.until) > now
  return [
    ...(isHeld
      ? [{ what: `Nothing new is begun before ${hold.until}: ${hold.reason}`, command: 'loopwork plugins' }]
      : []),
    ...(problem ? [{ what: `Mend the backlog: ${problem}`, command: null }] : []),
    ...barred.map(({ agent, until, reason }) => ({
      what: `${agent} is not used ${until ? `before ${until}` : 'until somebody has looked'}: ${reason}`,
      command: until ? null : 'loopwork doctor',
    })),
  ]
}

function sinceText(instant: string, now: Date): string {
  return duration(now.getTime() - new Date(instant).getTime())
}
