import { fromPromise } from 'xstate'
import { isFailure, wordsOf } from '../../errors.ts'
import { taskStream } from '../../events/event.ts'
import type { LoopInput } from '../../machines/loop/machine.ts'
import { decideNext, type NextStep } from '../../machines/scheduling.ts'
import type { Request } from '../../machines/subjects.ts'
import type { House, Worker } from '../house.ts'
import type { Candidacy, RunState } from '../run-state.ts'
import { titleOf } from '../title-of.ts'
import { alertIfDue } from './alert.ts'
import { changeOrInstant } from './change-or-instant.ts'

/**
 * Hands out work until there is nothing left to hand out: each worker that is free is given the next task at
 * once. What it decides is written down before anything happens.
 */
export const handOut = (house: House, state: RunState) =>
  fromPromise<void, LoopInput>(async ({ signal }) => {
    const pace: Pace = { dueAt: null }
    for (;;) {
      const seen = state.changes
      const look = await state.alone(() => lookOnce(house, state, pace, signal))
      if (look === 'over' || signal.aborted) return
      if (look !== 'again') await changeOrInstant(house, state, { seen, until: look.until, signal })
    }
  })

/** When the pause before the next attempt is over; null where none has begun. */
type Pace = { dueAt: string | null }

/** `over`: the loop has been told to idle or to stop. `again`: there may be more to hand out. */
type Look = 'over' | 'again' | { readonly until: string | null }

const forChange: Look = { until: null }

/** One look and what follows from it. Only one at a time: two would hand out more than there are workers. */
async function lookOnce(house: House, state: RunState, pace: Pace, signal: AbortSignal): Promise<Look> {
  if (signal.aborted) return 'over'
  const wasBusy = state.openAttempts().length > 0
  const late = await state.desk.look()
  if (signal.aborted) return 'over'
  if (state.openAttempts().length >= house.plan.parallel) {
    await state.desk.tell() // while the agent is being started: what is told costs the next task no time
    return forChange
  }
  await alertIfDue(house, state)
  const situation = await state.situation()
  const next = decideNext(situation)
  if (next.do === 'claim')
    return begin(house, state, { next, iterations: situation.iterations, late, pace, signal })
  const isTold = await state.desk.tell()
  if (next.do === 'wait') return { until: next.until }
  if (next.do !== 'abort' && wasBusy) return 'again' // what ended while one looked may have left more to do
  if (next.do === 'stop' && next.reason === 'done' && !isTold) {
    return state.desk.retellAt ? forChange : 'again' // it is not done before that
  }
  if (signal.aborted) return 'over'
  return (await isTaken(house, next, situation.iterations, late)) ? 'over' : forChange
}

type Beginning = {
  readonly next: Extract<Step, { do: 'claim' }>
  readonly iterations: number
  readonly late: readonly Request[]
  readonly pace: Pace
  readonly signal: AbortSignal
}

/** Gives a task to an agent, as soon as the pause is over and what is to be done can be read. */
async function begin(house: House, state: RunState, beginning: Beginning): Promise<Look> {
  const { next, iterations, late, pace, signal } = beginning
  const dueAt = pauseBefore(house, pace, iterations)
  if (dueAt) {
    await state.desk.tell()
    return { until: dueAt }
  }
  if (!(await isReadable(house, state, next.task.id))) return 'again'
  if (signal.aborted) return 'over'
  return (await isTaken(house, next, iterations, late)) ? 'again' : forChange
}

/** Reads what the agent is to be told; false where the backlog cannot be had, so that it is waited for. */
async function isReadable({ briefs }: House, { desk }: RunState, id: string): Promise<boolean> {
  try {
    await briefs.fetch(id)
    desk.endOutage()
    return true
  } catch (thrown) {
    if (!isFailure(thrown, 'unavailable')) return true // the attempt says what is wrong with it
    desk.beginOutage(wordsOf(thrown))
    return false
  }
}

/** The instant before which no attempt is to begin, so that there is a pause before each but the first. */
function pauseBefore({ plan, clock }: House, pace: Pace, iterations: number): string | null {
  if (plan.taskDelayMs === 0 || iterations === 0) return null
  const now = clock.now()
  pace.dueAt ??= new Date(now.getTime() + plan.taskDelayMs).toISOString()
  if (now < new Date(pace.dueAt)) return pace.dueAt
  pace.dueAt = null
  return null
}

type Step = Exclude<NextStep<Worker, Candidacy>, { do: 'wait' }>

/** Writes the step down; false where the world has moved on, so that another look is needed. */
async function isTaken(
  house: House,
  next: Step,
  iterations: number,
  late: readonly Request[],
): Promise<boolean> {
  const step = next.do === 'claim' ? await claimOf(house, next, iterations) : loopStep(house, next)
  try {
    await house.dispatch([...late, step])
    return true
  } catch (thrown) {
    if (isFailure(thrown, 'rejected') || isFailure(thrown, 'conflict')) return false
    throw thrown
  }
}

function loopStep({ plan: { loop } }: House, next: Exclude<Step, { do: 'claim' }>): Request {
  switch (next.do) {
    case 'idle': {
      const { rule, reason, until } = next
      return { stream: loop, command: { type: 'idle', rule, reason, until } }
    }
    case 'abort':
      return { stream: loop, command: { type: 'abort', reason: next.reason } }
    case 'stop':
      return { stream: loop, command: { type: 'stop', reason: next.reason, detail: next.detail } }
  }
}

async function claimOf(
  { plan, backlog }: House,
  { task, candidate, worker, allowanceUsd }: Extract<Step, { do: 'claim' }>,
  iterations: number,
): Promise<Request> {
  const { agent, model, timeoutMs } = candidate
  return {
    stream: taskStream(backlog.id, task.id),
    command: {
      type: 'claim',
      title: await titleOf(backlog, task),
      namespace: plan.namespace,
      iteration: iterations + 1,
      agent,
      model,
      files: plan.files,
      timeoutMs,
      allowanceUsd,
      worker,
    },
  }
}
