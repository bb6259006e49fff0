import { firstValueFrom, fromEvent, race, Subject } from 'rxjs'
import type { Fact } from '../events/catalogue.ts'
import type { Budget } from '../machines/allowance.ts'
import type { Situation } from '../machines/scheduling.ts'
import { dayKey, dayOf } from '../projections/costs.ts'
import { backlogOf, type LoopRow } from '../projections/loops.ts'
import type { Totals } from '../projections/money.ts'
import type { Telling } from '../projections/outbox.ts'
import type { TaskRow } from '../projections/task-row.ts'
import { budgetOf } from './budget.ts'
import type { Desk } from './desk.ts'
import type { House, Worker } from './house.ts'
import type { OwedAnalyses } from './owed-analyses.ts'
import type { View } from './views.ts'

/** A task as the scheduler sees it. */
export type Candidacy = Omit<TaskRow, 'open'> & { readonly open: object | null }

/** What the work of the loop knows of the run besides the log: it is all folded from the log again at start. */
export type RunState = {
  readonly desk: Desk
  /** Counts whatever may make a difference to what is to be done. */
  readonly changes: number
  /** Resolves when there have been changes since, or when `signal` aborts. */
  changed(since: number, signal: AbortSignal): Promise<void>
  hear(batch: readonly Fact[]): Promise<void>
  /** Has everybody look again, though no fact has come. */
  nudge(): void
  situation(): Promise<Situation<Worker, Candidacy>>
  /** Does one thing at a time of those that begin attempts, or end the loop because none is open. */
  alone<T>(work: () => Promise<T>): Promise<T>
  /** Attempts of this namespace that are not closed. */
  openAttempts(): readonly TaskRow[]
  spentToday(): Promise<number>
}

export async function openRunState(
  house: Pick<House, 'plan' | 'clock'>,
  views: { readonly board: View; readonly costs: View; readonly loops: View; readonly outbox: View },
  desk: Desk,
  pool: readonly Worker[],
  owed: OwedAnalyses | null,
): Promise<RunState> {
  const { plan, clock } = house
  const board = (await views.board.all()) as ReadonlyMap<string, TaskRow | undefined>
  const isOurs = (row: TaskRow | undefined): boolean => row?.open?.namespace === plan.namespace
  const open = new Set([...board].filter(([, row]) => isOurs(row)).map(([stream]) => stream))
  views.board.watch((key) => {
    if (isOurs(board.get(key))) open.add(key)
    else open.delete(key)
  })
  const changed = new Subject<void>()
  let changes = 0

  const nudge = (): void => {
    changes += 1
    changed.next()
  }

  const spentToday = async (): Promise<number> => {
    await views.costs.catchUp()
    const day = await views.costs.row<Totals>(dayKey(dayOf(clock.now().toISOString())))
    return day?.costUsd ?? 0
  }

  const additions = async (): Promise<number> => {
    await views.outbox.catchUp()
    const rows = await views.outbox.rows<readonly Telling[]>(`task/${desk.backlog}/`)
    return [...rows.values()].flat().filter(({ subtask }) => subtask !== null).length
  }

  const budget = async (now: Date): Promise<Budget | null> => {
    const { dailyBudgetUsd: dailyUsd } = plan
    if (dailyUsd === null) return null
    await views.costs.catchUp()
    return budgetOf(views.costs, { dailyUsd, now, namespace: plan.namespace })
  }

  const openAttempts = (): TaskRow[] => [...open].flatMap((stream) => board.get(stream) ?? [])

  let last: Promise<unknown> = Promise.resolve()
  const alone = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = last.then(work)
    last = mine.catch(() => undefined) // whoever asked for it hears of it
    return mine
  }

  return {
    desk,
    alone,
    get changes() {
      return changes
    },
    changed: async (since, signal) => {
      if (signal.aborted || changes !== since) return
      await firstValueFrom(race(changed, fromEvent(signal, 'abort')), { defaultValue: undefined })
    },
    spentToday,
    hear: async (batch) => {
      for (const view of Object.values(views)) await view.take(batch)
      owed?.hear(batch)
      nudge()
    },
    nudge,
    openAttempts,
    situation: async () => {
      const now = clock.now()
      await views.loops.catchUp()
      const loop = await views.loops.row<LoopRow>(plan.namespace)
      const money = await budget(now)
      // From here on without a pause: what is open has to fit to what the tasks are.
      return {
        now,
        tasks: withHeld(desk),
        feature: plan.feature,
        startFrom: plan.startFrom,
        iterations: loop?.iterations ?? 0,
        maxIterations: plan.maxIterations,
        pool,
        triesPerModel: plan.triesPerModel,
        bars: loop?.bars ?? [],
        hold: loop?.hold ?? null,
        budget: money,
        parallel: plan.parallel,
        open: openAttempts().map((row) => ({ worker: row.open?.worker ?? 0 })),
        failureMode: plan.failureMode,
        failed: loop?.failed ?? null,
        failuresInRow: loop?.failuresInRow ?? 0,
        circuitBreaker: plan.circuitBreaker,
        ...backlogOf(loop),
        additions: await additions(),
        owed: owed?.first(now) ?? null,
      } satisfies Situation<Worker, Candidacy>
    },
  }
}

/** Stands for an attempt that another machine makes. */
const elsewhere = {}

function withHeld(desk: Desk): readonly Candidacy[] {
  const tasks = desk.tasks()
  const isHeld = (row: TaskRow): boolean => row.open === null && desk.isHeld(row.id)
  return tasks.some(isHeld) ? tasks.map((row) => (isHeld(row) ? { ...row, open: elsewhere } : row)) : tasks
}
