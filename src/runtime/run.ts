import { concatMap, type Observable, Subject, takeUntil } from 'rxjs'
import type { AnyStateMachine } from 'xstate'
import { asFailure, isFailure } from '../errors.ts'
import type { Fact } from '../events/catalogue.ts'
import { taskStream } from '../events/event.ts'
import type { StopReason } from '../events/loop.ts'
import type { LoopCommand } from '../machines/loop/commands.ts'
import { orderPool } from '../machines/pool.ts'
import type { TaskContext } from '../machines/task/context.ts'
import type { EventLog } from '../ports/event-log.ts'
import type { ViewStore } from '../ports/view-store.ts'
import { board } from '../projections/board.ts'
import { costs } from '../projections/costs.ts'
import { loops } from '../projections/loops.ts'
import { outbox } from '../projections/outbox.ts'
import type { TaskRow } from '../projections/task-row.ts'
import { createBriefs } from './briefs.ts'
import { chartsAtWork } from './charts-at-work.ts'
import { openDesk } from './desk.ts'
import type { House } from './house.ts'
import { journalOf } from './journal.ts'
import { createLives } from './lives.ts'
import { openOutbox, type Post } from './outbox.ts'
import { createOwedAnalyses, type OwedAnalyses } from './owed-analyses.ts'
import type { Recall } from './recall.ts'
import { openRunState, type RunState } from './run-state.ts'
import { settleable } from './settleable.ts'
import { assertStillHeld } from './still-held.ts'
import { streamOf } from './stream.ts'
import { openView } from './views.ts'
import { abandonAttempt } from './work/abandon-attempt.ts'

/** How a run ended. */
export type RunEnd = { readonly reason: StopReason; readonly detail: string }

export type Run = {
  /** Resolves when the loop has stopped; rejects with what made it impossible to go on. */
  readonly ended: Promise<RunEnd>
  /** Facts as they happen, from the start of the run. */
  readonly facts: Observable<readonly Fact[]>
  readonly state: RunState
  /** Lets what runs end, then stops. */
  drain(reason: string): Promise<void>
  /** Ends what runs, puts its tasks back, then stops. */
  interrupt(reason: string): Promise<void>
}

/** How long an interrupted run goes on telling the backlog. Milliseconds. */
const lastWordsMs = 5_000

/** How many new events make a checkpoint of the views worth its write. */
const checkpointEvery = 2_000

/**
 * Everything that lives while a namespace is worked off: follows the log, keeps the machines of this
 * namespace alive, and leaves what runs to the next process if it has to go.
 */
export async function startRun(
  given: Omit<House, 'isLeaving' | 'briefs'> & {
    readonly log: EventLog
    readonly store: ViewStore
    readonly recall: Recall
    /** The position after which this run's own facts begin. */
    readonly from: number
    /** Rejects when another process has taken the namespace. */
    readonly lost: Promise<never>
    /** How a remote backlog is told; null for one that is told at once. */
    readonly post: Post | null
    chance(): number
  },
): Promise<Run> {
  const { plan } = given
  const views = {
    board: await openView(board, given),
    costs: await openView(costs, given),
    loops: await openView(loops, given),
    outbox: await openView(outbox, given),
  }
  for (const view of Object.values(views)) await view.catchUp()
  const desk = await openDesk(given, views.board)
  const pool = orderPool(plan.pool, plan.strategy, given.chance)
  const state = await openRunState(given, views, desk, pool, await owedBefore(given))
  const facts = new Subject<readonly Fact[]>()
  const over = new Subject<void>()
  const post = given.post && (await openOutbox({ ...given, ...given.post, refused: () => state.nudge() }))
  let isLeaving = false
  const house: House = { ...given, briefs: createBriefs(given.backlog), isLeaving: () => isLeaving }
  const end = settleable<RunEnd>()

  const charts = chartsAtWork(house, state)
  const lives = createLives({
    recall: given.recall,
    provide: ({ id }: AnyStateMachine) => (id === 'task' ? charts.task : charts.loop),
    isOurs: (stream, context) => stream === plan.loop || isAttemptOf(plan.namespace, context),
    report: (_, error) => end.reject(asFailure(error)),
  })
  const journal = journalOf(house.files, plan.files, (fact) => isOfRun(fact))
  const isOfRun = (fact: Fact) => fact.stream === plan.loop || fact.session === plan.session

  const hear = async (batch: readonly Fact[]): Promise<void> => {
    assertStillHeld(plan, batch) // before anything that shows outside
    await state.hear(batch)
    post?.nudge()
    facts.next(batch)
    await Promise.all([journal(batch), lives.hear(batch)])
    for (const view of Object.values(views)) await view.save(checkpointEvery)
    const stopped = batch.find(({ stream, event }) => stream === plan.loop && event.type === 'loop.stopped')
    if (stopped?.event.type === 'loop.stopped') end.resolve(stopped.event.data)
  }

  const adopt = async (): Promise<void> => {
    const rows = [...(await views.board.all()).values()] as (TaskRow | undefined)[]
    for (const row of rows) {
      if (row?.open?.namespace !== plan.namespace) continue
      const stream = taskStream(row.backlog, row.id)
      const { state: life } = await given.recall(stream)
      const { open } = life.context as TaskContext
      if (open && !life.hasTag('busy')) await abandonAttempt(house, { task: stream, attempt: open })
      else await lives.wake(stream)
    }
  }

  const following = streamOf(given.log)(given.from)
    .pipe(
      concatMap((batch) => hear(batch)),
      takeUntil(over),
    )
    .subscribe({ error: (thrown) => end.reject(asFailure(thrown)) })

  const backlogBell = house.backlog.bell.subscribe(() => {
    house.assertHeld().then(state.nudge, (thrown) => end.reject(asFailure(thrown)))
  })
  given.lost.catch((thrown) => end.reject(asFailure(thrown)))
  const leave = async (patienceMs: number | null): Promise<void> => {
    isLeaving = true
    over.next()
    following.unsubscribe()
    backlogBell.unsubscribe()
    lives.sleep()
    facts.complete()
    await post?.close(patienceMs)
  }
  const ended = end.promise.then(
    async (how) => {
      await leave(how.reason === 'interrupted' ? lastWordsMs : null)
      for (const view of Object.values(views)) await view.save()
      return how
    },
    async (thrown) => {
      await leave(lastWordsMs).catch(() => undefined) // what made it impossible to go on comes first
      throw thrown
    },
  )
  ended.catch(() => undefined) // whoever started the run awaits it too

  /** Whoever wants an end gets one, even where it cannot be written down any more. */
  const ask = async (command: Extract<LoopCommand, { type: 'drain' | 'interrupt' }>): Promise<void> => {
    try {
      await house.dispatch([{ stream: plan.loop, command }])
    } catch (thrown) {
      if (!isFailure(thrown, 'rejected')) end.reject(thrown)
    }
  }

  await adopt()
  await lives.wake(plan.loop)

  return {
    ended,
    facts,
    state,
    drain: (reason) => ask({ type: 'drain', reason }),
    interrupt: (reason) => ask({ type: 'interrupt', reason }),
  }
}

/** What is owed to the attempts of this session already: it may be the resumption of one that broke off. */
async function owedBefore({
  plan,
  clock,
  log,
  from,
}: Pick<Parameters<typeof startRun>[0], 'plan' | 'clock' | 'log' | 'from'>): Promise<OwedAnalyses | null> {
  if (!plan.followUps) return null
  const owed = createOwedAnalyses({
    session: plan.session,
    begunAt: clock.now(),
    waitMs: plan.followUps.waitMs,
  })
  for await (const batch of log.readAfter(plan.followUps.from)) {
    owed.hear(batch.filter(({ position }) => position <= from))
  }
  return owed
}

function isAttemptOf(namespace: string, context: unknown): boolean {
  return (context as TaskContext).open?.namespace === namespace
}
