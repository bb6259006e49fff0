import type { Telling } from '../../projections/outbox.ts'
import { openQuestion, type TaskRow } from '../../projections/task-row.ts'
import { backlogWhy } from './backlog-why.ts'
import { latestEnd, loopWhy } from './loop-why.ts'
import { isAtWork, type Scene } from './situation.ts'
import { answerWay } from './ways.ts'
import type { Way, Why } from './why.ts'

const ranks = { high: 0, medium: 1, low: 2, background: 3 } as const

/** Why a task is where it is. `scene` is that of the loop which works off its backlog, if there is one. */
export function taskWhy(task: TaskRow, scene: Scene | null, tellings: readonly Telling[]): Why {
  return {
    schema: 'loopwork/why@1',
    of: 'task',
    name: task.id,
    state: task.state,
    since: task.since,
    because: becauseOf(task, scene),
    ...waitOf(task, scene),
    next: scene && isWaiting(task) ? scene.next : null,
    backlog: backlogWhy(task.backlog, scene && { ...scene.loop, isAlive: isAtWork(scene) }, tellings),
    ways: waysOf(task, scene),
  }
}

function isWaiting({ state }: TaskRow): boolean {
  return ['queued', 'blocked', 'waitingToRetry', 'waitingForLimit'].includes(state)
}

function becauseOf(task: TaskRow, scene: Scene | null): string {
  const { state, reason, lastFailure, attempts, open } = task
  const failed = lastFailure
    ? `attempt ${attempts} failed (${lastFailure.kind}): ${lastFailure.reason}`
    : null
  if (state === 'blocked') return 'it depends on tasks that are not completed'
  if (open && !open.done) {
    const agent = [open.agent, open.model].filter(Boolean).join(' ')
    const of = `attempt ${open.attempt} with ${agent} in the namespace ${open.namespace}`
    const asked = openQuestion(task)
    if (leftBy(scene)) return `${of}, which is ${leftBy(scene)}: its result is read at the next start`
    return asked ? `the agent of ${of} asks: ${asked.text}` : of
  }
  if (state === 'waitingToRetry') return failed ?? reason ?? 'an attempt failed'
  if (reason && failed && reason !== lastFailure?.reason) return `${reason}; ${failed}`
  return reason ?? failed ?? (state === 'queued' ? 'it is ready and has not been taken yet' : state)
}

function waitOf(task: TaskRow, scene: Scene | null): Pick<Why, 'waitsFor' | 'until'> {
  const { state, notBefore } = task
  if (state === 'blocked') return { waitsFor: dependencies(task, scene), until: null }
  if (state === 'needsPerson') return { waitsFor: ['a person'], until: null }
  if (state === 'queued') return { waitsFor: [...before(task, scene), ...loopOf(scene)], until: null }
  if (state === 'waitingToRetry' || state === 'waitingForLimit') {
    const what = state === 'waitingForLimit' ? 'the end of the limit' : 'the time of the next try'
    return { waitsFor: [what, ...loopOf(scene)], until: notBefore }
  }
  if (state === 'taken') return { waitsFor: ['whoever has it in hand'], until: null }
  if (task.open && !task.open.done) return waitOfAttempt(task, scene)
  return { waitsFor: [], until: null }
}

function waitOfAttempt(task: TaskRow, scene: Scene | null): Pick<Why, 'waitsFor' | 'until'> {
  const asked = openQuestion(task)
  const left = leftBy(scene)
  if (left) return { waitsFor: loopOf(scene), until: null }
  if (asked)
    return {
      waitsFor: [`an answer; without one it is the fallback: ${asked.fallback}`],
      until: asked.deadline,
    }
  const what = task.state === 'verifying' ? 'the end of its check' : 'the end of the attempt'
  return { waitsFor: [what], until: scene ? latestEnd({ loop: scene.loop, open: [task] }) : null }
}

/** What has become of the loop that began an attempt, where that no longer looks after it. */
function leftBy(scene: Scene | null): string | null {
  const state = scene && loopWhy(scene).state
  return state === 'stopped' || state === 'crashed' || state === 'silent' ? state : null
}

function dependencies({ waitsFor, missing, cyclic }: TaskRow, scene: Scene | null): string[] {
  return waitsFor.map((id) => {
    if (missing.includes(id)) return `${id}, which is not in the backlog`
    if (cyclic.includes(id)) return `${id}, which itself waits for this task`
    const other = scene?.tasks.find((one) => one.id === id)
    return other ? `${id}, which is ${other.state}${other.reason ? `: ${other.reason}` : ''}` : id
  })
}

/** Who comes first, as far as the log knows: among equals the backlog decides. */
function before(task: TaskRow, scene: Scene | null): string[] {
  const ready = (scene?.tasks ?? []).filter(({ state, id }) => state === 'queued' && id !== task.id)
  const higher = ready.filter(({ priority }) => ranks[priority] < ranks[task.priority]).length
  const equal = ready.filter(({ priority }) => priority === task.priority).length
  const feature = scene?.loop.options.feature ?? null
  const parent = scene?.tasks.find(({ id }) => id === task.parent)
  return [
    ...(feature !== null && task.feature !== feature
      ? [`a loop that is not limited to the feature ${feature}`]
      : []),
    ...(parent?.open ? [`the end of the attempt at its parent ${parent.id}`] : []),
    ...(higher > 0 ? [`${higher} tasks of a higher priority`] : []),
    ...(equal > 0
      ? [`those of ${equal} tasks of the same priority that stand before it in the backlog`]
      : []),
  ]
}

function loopOf(scene: Scene | null): string[] {
  if (!scene) return ['a loop that works off its backlog']
  const { name, state, because } = loopWhy(scene)
  return state === 'running' ? [] : [`the loop ${name}, which is ${state}: ${because}`]
}

function waysOf(task: TaskRow, scene: Scene | null): Way[] {
  const { id, state } = task
  const story = { what: 'Read its story', command: `loopwork task show ${id}` }
  const reset = { what: 'Put it back to the start', command: `loopwork task reset ${id}` }
  const skip = { what: 'Pass over it', command: `loopwork task skip ${id}` }
  if (state === 'blocked') {
    return [
      { what: 'Complete what it waits for, or take the dependency out of the backlog', command: null },
      skip,
    ]
  }
  if (state === 'needsPerson' || state === 'failed') return [story, reset, skip]
  if (isWaiting(task)) return [...(scene ? loopWhy(scene).ways.slice(0, 1) : []), skip]
  if (task.open && !task.open.done) {
    const left = scene && leftBy(scene) ? loopWhy(scene).ways.slice(0, 1) : []
    return [
      ...left,
      ...(left.length > 0 ? [] : answerWay(task)),
      story,
      { what: 'Take it away from the agent', command: `loopwork task cancel ${id}` },
    ]
  }
  return [story, reset]
}
