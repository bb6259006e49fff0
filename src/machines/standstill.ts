import type { Candidate } from './pool.ts'
import { isPutOff } from './readiness.ts'
import type { Candidacy, NextStep, Situation } from './scheduling.ts'

/** Nothing is ready, and nothing of this namespace will be: say what is left, if anything is. */
export function finished(
  mine: readonly Candidacy[],
  busy: ReadonlySet<string>,
  feature: string | null,
): Extract<NextStep<never, never>, { do: 'stop' }> {
  if (mine.length === 0) {
    const what = feature === null ? 'no tasks' : `no task of the feature ${feature}`
    return { do: 'stop', reason: 'done', detail: `the backlog has ${what}` }
  }
  const left = (state: string) => mine.filter((task) => task.state === state).length
  const counts = [
    [mine.filter(({ state, open }) => state !== 'queued' && open).length, 'worked on in another namespace'],
    [left('blocked'), 'blocked by others'],
    [left('taken'), "in somebody's hands"],
    [left('needsPerson'), 'in need of a person'],
    [left('failed'), 'failed'],
    [mine.filter(({ state, open }) => state === 'queued' && open).length, 'worked on elsewhere'],
    [mine.filter((task) => isHeldBack(task, busy)).length, 'waiting for the work on their parents'],
  ] as const
  const rest = counts.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`)
  const detail = rest.length === 0 ? 'all tasks are done' : `nothing more can be done: ${rest.join(', ')}`
  return { do: 'stop', reason: 'done', detail }
}

function isHeldBack(task: Candidacy, busy: ReadonlySet<string>): boolean {
  const { state, open, parent } = task
  return (state === 'queued' || isPutOff(task)) && !open && parent !== null && busy.has(parent)
}

type Unfinished = Pick<Situation<Candidate, Candidacy>, 'backlogProblem' | 'additions' | 'owed'>

/** What is to be waited for though no task can be begun: others may come. */
export function unfinished({ backlogProblem, additions, owed }: Unfinished): NextStep<never, never> | null {
  const idle = (reason: string, until: string | null): NextStep<never, never> => {
    return { do: 'idle', rule: 'backlog', reason, until }
  }
  if (backlogProblem !== null) return idle('the backlog has to be repaired first', null)
  if (additions > 0) return idle(`${additions} sub-tasks are still to be added to the backlog`, null)
  return owed && idle(owed.reason, owed.until)
}
