import { barOf, type Candidate } from './pool.ts'
import type { Candidacy, Situation } from './scheduling.ts'

type Moment = Pick<Situation<Candidate, Candidacy>, 'now' | 'pool' | 'bars'>

/** Whether it can be begun now, as far as the task itself goes. */
export function isReady(task: Candidacy, moment: Moment): boolean {
  if (task.open) return false
  if (task.state === 'queued') return true
  if (!isPutOff(task)) return false
  if (task.notBefore === null || new Date(task.notBefore) <= moment.now) return true
  return task.state === 'waitingForLimit' && isOneOfSeveralBarred(moment)
}

/** Whether only time has to pass before it can be begun. */
export function isWaiting(task: Candidacy, moment: Moment): boolean {
  return isPutOff(task) && !isReady(task, moment)
}

/** Whether an attempt at it was made and another is to follow. */
export function isPutOff({ state }: Candidacy): boolean {
  return state === 'waitingToRetry' || state === 'waitingForLimit'
}

/** A limit is the agent's, not the task's: while others of the pool are free the task need not wait for it. */
function isOneOfSeveralBarred({ pool, bars, now }: Moment): boolean {
  const barred = pool.filter((candidate) => barOf(candidate, bars, now))
  return barred.length > 0 && barred.length < pool.length
}
