import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Candidacy, decideNext, type Situation } from '../../src/machines/scheduling.ts'
import { now } from '../support/examples.ts'

type Task = Candidacy & { readonly dependsOn: readonly string[] }
type Held = { readonly id: string; readonly worker: number; readonly allowanceUsd: number }

const agent = { agent: 'claude', model: null, timeoutMs: 1000, costWeight: 50, isFallback: false }
const renewsAt = '2026-01-02T00:00:00.000Z'
const backlog = fc
  .array(fc.record({ parent: fc.option(fc.nat(9)), after: fc.option(fc.nat(9)) }), {
    minLength: 1,
    maxLength: 10,
  })
  .map((shapes) =>
    shapes.map(({ parent, after }, nth): Task => {
      const earlier = (other: number | null) => (other !== null && other < nth ? `T-${other}` : null)
      const dependsOn = [earlier(after)].filter((id) => id !== null)
      const state = dependsOn.length > 0 ? 'blocked' : 'queued'
      const rest = { feature: null, notBefore: null, open: null, tries: 0 }
      return { id: `T-${nth}`, parent: earlier(parent), dependsOn, state, ...rest }
    }),
  )
/** What becomes of the attempts one after the other: which of the open ones ends, how, and at what price. */
const fates = fc.array(
  fc.record({
    nth: fc.nat(9),
    how: fc.constantFrom('completed', 'failed', 'waitingToRetry', 'queued'),
    cents: fc.nat(100),
  }),
  { minLength: 40, maxLength: 80 },
)

/** Works a backlog off in memory; each step holds what must never be otherwise. */
function workOff(tasks: Task[], ends: readonly Fate[], parallel: number, dailyUsd: number | null): void {
  const open: Held[] = []
  let spentUsd = 0
  const see = (): Situation<typeof agent, Task> => ({
    now,
    tasks: tasks.map((task) => (isUnblocked(task, tasks) ? { ...task, state: 'queued' } : task)),
    ...{ feature: null, startFrom: null, iterations: 0, maxIterations: 1000, pool: [agent], bars: [] },
    ...{ hold: null, failuresInRow: 0, circuitBreaker: 0, backlogProblem: null, outage: null },
    ...{ additions: 0, owed: null },
    ...{ parallel, open, failureMode: 'continue', failed: null },
    budget:
      dailyUsd === null ? null : { dailyUsd, spentUsd, reservedUsd: sum(open), typicalUsd: 0, renewsAt },
  })
  for (const { nth, how, cents } of ends) {
    for (let step = decideNext(see()); ; step = decideNext(see())) {
      if (step.do !== 'claim') {
        expect(step.do === 'wait').toBe(open.length > 0)
        break
      }
      const { task, worker } = step
      expect(task.open).toBeNull()
      expect(open.map((one) => one.worker)).not.toContain(worker)
      expect(open.map((one) => one.id)).not.toContain(task.parent)
      expect(task.dependsOn.every((id) => stateIn(tasks, id) === 'completed')).toBe(true)
      open.push({ id: task.id, worker, allowanceUsd: step.allowanceUsd ?? 0 })
      replace(tasks, task.id, { state: 'running', open: {} })
      expect(open.length).toBeLessThanOrEqual(parallel)
      if (dailyUsd !== null) expect(spentUsd + sum(open)).toBeLessThanOrEqual(dailyUsd + 1e-5)
    }
    const ended = open.splice(nth % Math.max(1, open.length), 1)[0]
    if (!ended) return
    spentUsd += Math.min(ended.allowanceUsd, cents / 100)
    replace(tasks, ended.id, { state: how, open: null })
  }
}

type Fate = { readonly nth: number; readonly how: string; readonly cents: number }

function sum(open: readonly Held[]): number {
  return open.reduce((all, { allowanceUsd }) => all + allowanceUsd, 0)
}

function stateIn(tasks: readonly Task[], id: string): string | undefined {
  return tasks.find((task) => task.id === id)?.state
}

function isUnblocked({ state, dependsOn }: Task, tasks: readonly Task[]): boolean {
  return state === 'blocked' && dependsOn.every((id) => stateIn(tasks, id) === 'completed')
}

function replace(tasks: Task[], id: string, more: Partial<Task>): void {
  const nth = tasks.findIndex((task) => task.id === id)
  tasks[nth] = { ...(tasks[nth] as Task), ...more }
}

test('never are more attempts open than there are workers, two at one task, or more spent than there is', () => {
  fc.assert(
    fc.property(
      backlog,
      fates,
      fc.integer({ min: 1, max: 5 }),
      fc.option(fc.integer({ min: 1, max: 5 })),
      (tasks, ends, parallel, dailyUsd) => workOff([...tasks], ends, parallel, dailyUsd),
    ),
    { numRuns: 500 },
  )
})
