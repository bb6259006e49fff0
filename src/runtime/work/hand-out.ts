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

/**
 * Hands out work, one attempt at a time, until nothing is left to hand out. What it decides is written down
 * before anything happens; an attempt that is open already is waited for first.
 */
export const handOut = (house: House, state: RunState) =>
  fromPromise<void, LoopInput>(async ({ signal }) => {
    let isOver = false
    while (!isOver && !signal.aborted) isOver = await takeOneStep(house, state, signal)
  })

/** One look and what follows from it; true when the loop has been told to idle or to stop. */
async function takeOneStep(house: House, state: RunState, signal: AbortSignal): Promise<boolean> {
  const seen = state.changes
  const late = await state.desk.look()
  if (signal.aborted) return true
  if (state.openAttempts().length > 0) {
    await state.desk.tell() // while the agent is being started: a task costs no time for the one before
    await state.changed(seen, signal)
    return false
  }
  await alertIfDue(house, state)
  const situation = await state.situation()
  const next = decideNext(situation)
  if (next.do !== 'claim' || house.plan.taskDelayMs > 0) await state.desk.tell()
  if (next.do === 'claim') await pauseBetween(house, situation.iterations, signal)
  if (signal.aborted) return true
  if (next.do === 'claim' && !(await isReadable(house, state, next.task.id))) return false
  if (signal.aborted) return true
  if (await isTaken(house, state, next, late)) return next.do !== 'claim'
  await state.changed(seen, signal)
  return false
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

type Step = NextStep<Worker, Candidacy>

/** Writes the step down; false where the world has moved on, so that another look is needed. */
async function isTaken(
  house: House,
  state: RunState,
  next: Step,
  late: readonly Request[],
): Promise<boolean> {
  const step =
    next.do === 'claim' ? await claimOf(house, state, next.task, next.candidate) : loopStep(house, next)
  try {
    await house.dispatch([...late, step])
    return true
  } catch (thrown) {
    if (isFailure(thrown, 'rejected') || isFailure(thrown, 'conflict')) return false
    throw thrown
  }
}

function loopStep({ plan }: House, next: Exclude<Step, { do: 'claim' }>): Request {
  return next.do === 'idle'
    ? {
        stream: plan.loop,
        command: { type: 'idle', rule: next.rule, reason: next.reason, until: next.until },
      }
    : { stream: plan.loop, command: { type: 'stop', reason: next.reason, detail: next.detail } }
}

async function claimOf(
  house: House,
  state: RunState,
  task: Pick<Candidacy, 'id' | 'title'>,
  worker: Worker,
): Promise<Request> {
  const { plan, backlog } = house
  const { iterations, budget } = await state.situation()
  return {
    stream: taskStream(backlog.id, task.id),
    command: {
      type: 'claim',
      title: await titleOf(backlog, task),
      namespace: plan.namespace,
      iteration: iterations + 1,
      agent: worker.agent,
      model: worker.model,
      files: plan.files,
      timeoutMs: worker.timeoutMs,
      allowanceUsd: budget ? Math.max(0, budget.dailyUsd - budget.spentUsd) : null,
    },
  }
}

async function pauseBetween({ plan, clock }: House, iterations: number, signal: AbortSignal): Promise<void> {
  if (plan.taskDelayMs === 0 || iterations === 0) return
  const due = new Date(clock.now().getTime() + plan.taskDelayMs)
  await clock.until(due, signal).catch(() => undefined) // aborted: the caller looks
}
