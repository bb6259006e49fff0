import { barOf } from '../../machines/pool.ts'
import { openQuestion, type TaskRow } from '../../projections/task-row.ts'
import { duration } from '../../projections/wording.ts'
import { backlogWhy } from './backlog-why.ts'
import { isAtWork, type Scene } from './situation.ts'
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
  if (!loop.paused) return next
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

function waysOf({ loop, open }: Scene, state: string): Way[] {
  const { namespace } = loop
  const tasks = open.map(({ id }) => id)
  switch (state) {
    case 'crashed':
      return [
        { what: 'Go on where it was', command: `loopwork resume --namespace ${namespace}` },
        ...(open.length > 0 ? [{ what: 'End what it has left', command: `loopwork kill ${namespace}` }] : []),
        ...unpause(loop),
      ]
    case 'silent':
      return [
        { what: 'Put another process in its place', command: `loopwork restart ${namespace}` },
        { what: 'End it, and what runs for it', command: `loopwork kill ${namespace}` },
        ...unpause(loop),
      ]
    case 'stopped':
      return [...stoppedWays(loop.stopReason, namespace), ...unpause(loop)]
    case 'paused':
      return [{ what: 'Let it go on', command: `loopwork continue ${namespace}` }]
    case 'idle':
      return [
        { what: 'Wait: it goes on by itself', command: null },
        { what: 'Stop it', command: `loopwork stop ${namespace}` },
      ]
    case 'draining':
      return [
        { what: 'Wait for what runs to end', command: null },
        { what: 'End it now', command: `loopwork kill --force ${namespace}` },
      ]
    case 'interrupting':
      return [
        { what: 'Wait: what runs is being ended', command: null },
        { what: 'Insist', command: `loopwork kill --force ${namespace}` },
      ]
    case 'working':
      return [
        ...open.flatMap(answerWay),
        { what: 'See what it does', command: `loopwork logs ${namespace} --follow` },
        { what: 'Take a task away from it', command: `loopwork task cancel ${tasks[0]}` },
        { what: 'Begin nothing new', command: `loopwork pause ${namespace}` },
      ]
    default:
      return [{ what: 'See what it does', command: `loopwork logs ${namespace} --follow` }]
  }
}

/** A pause outlives every end: whoever starts the loop again has to take it back. */
function unpause({ paused, namespace }: Scene['loop']): Way[] {
  return paused
    ? [{ what: 'It was paused: once it runs, let it go on', command: `loopwork continue ${namespace}` }]
    : []
}

/** How a person answers what the agent of a task asks, if it asks anything. */
export function answerWay(task: TaskRow): Way[] {
  const question = openQuestion(task)
  return question
    ? [{ what: `Answer its agent: ${question.text}`, command: `loopwork answer ${task.id} …` }]
    : []
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
  const { hold, outage, backlogProblem: problem } = loop
  const isHeld = hold !== null && new Date(hold.until) > now
  return [
    ...(isHeld
      ? [{ what: `Nothing new is begun before ${hold.until}: ${hold.reason}`, command: 'loopwork plugins' }]
      : []),
    ...(problem && !outage ? [{ what: `Mend the backlog: ${problem}`, command: null }] : []),
    ...(outage ? [{ what: 'See whether the backlog can be had from here', command: 'loopwork doctor' }] : []),
    ...barred.map(({ agent, until, reason }) => ({
      what: `${agent} is not used ${until ? `before ${until}` : 'until somebody has looked'}: ${reason}`,
      command: until ? null : 'loopwork doctor',
    })),
  ]
}

function sinceText(instant: string, now: Date): string {
  return duration(now.getTime() - new Date(instant).getTime())
}
