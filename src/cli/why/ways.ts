import { barOf } from '../../machines/pool.ts'
import { openQuestion, type TaskRow } from '../../projections/task-row.ts'
import type { Scene } from './situation.ts'
import type { Way } from './why.ts'

/** What a person can do about a loop. */
export function waysOf({ loop, open }: Scene, state: string): Way[] {
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
function unpause({ pause, namespace }: Scene['loop']): Way[] {
  return pause
    ? [{ what: `It is paused (${pause.reason}): take that back`, command: `loopwork continue ${namespace}` }]
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
export function complaints({ loop, now }: Scene): Way[] {
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
