import type { Subject } from 'rxjs'
import type { LoopStream, TaskStream } from '../events/event.ts'
import type { FailureMode } from '../events/loop.ts'
import type { Usage } from '../events/shapes.ts'
import type { Candidate, Strategy } from '../machines/pool.ts'
import type { RetryPolicy } from '../machines/retry.ts'
import type { Activity, Agent } from '../ports/agent.ts'
import type { Backlog } from '../ports/backlog.ts'
import type { Clock } from '../ports/clock.ts'
import type { Jobs } from '../ports/jobs.ts'
import type { Secret } from '../ports/secret.ts'
import type { SessionFiles } from '../ports/session-files.ts'
import type { Workspace } from '../ports/workspace.ts'
import type { Briefs } from './briefs.ts'
import type { Dispatch } from './dispatch.ts'

/** An agent that may be given attempts, and on which terms. */
export type Worker = Candidate & { readonly adapter: Agent; readonly env: Readonly<Record<string, string>> }

/** What a run is to do and within which bounds. Times in milliseconds. */
export type RunPlan = {
  readonly namespace: string
  readonly loop: LoopStream
  readonly session: string
  /** The fencing token that this run took the namespace with. */
  readonly epoch: number
  /** Folder of the session, relative to the state folder. */
  readonly files: string
  readonly feature: string | null
  readonly startFrom: string | null
  readonly maxIterations: number
  readonly circuitBreaker: number
  /** How many tasks are worked on at once. */
  readonly parallel: number
  readonly failureMode: FailureMode
  readonly taskDelayMs: number
  /**
   * How long the end of a run waits for what attempts have left to become tasks, and up to where somebody has
   * looked for it; null: nobody does.
   */
  readonly followUps: { readonly waitMs: number; readonly from: number } | null
  readonly pool: readonly Worker[]
  /** One of every kind, to read the output of an attempt that an earlier configuration started. */
  readonly readers: readonly Worker[]
  readonly strategy: Strategy
  /** Tries of a task that one model has before the next. */
  readonly triesPerModel: number
  readonly retry: RetryPolicy
  readonly verify: { readonly command: readonly string[]; readonly timeoutMs: number } | null
  readonly dailyBudgetUsd: number | null
  /** Share of the budget, from 0 to 1, at which a person is told. */
  readonly alertThreshold: number
  readonly maxOutputBytes: number
  readonly graceMs: number
  readonly cwd: string
  /** The server that gives agents their tools: its program, and the settings by which it finds the project. */
  readonly tools: {
    readonly file: string
    readonly args: readonly string[]
    readonly env: Readonly<Record<string, string>>
  } | null
  /** What must be shown to nobody. */
  readonly secrets: readonly Secret[]
  /** The environment of everything the run starts. */
  readonly env: Readonly<Record<string, string>>
  /** Variables by which what an attempt starts joins the run's trace; null takes one away. */
  traceContext(task: TaskStream, attempt: number): Readonly<Record<string, string | null>>
}

/** What an agent does now, for those who watch. Not a fact, and not kept. */
export type Live = { readonly task: string; readonly activity: Activity; readonly usage: Usage | null }

/** What the work of a run shares. */
export type House = {
  readonly plan: RunPlan
  readonly clock: Clock
  readonly dispatch: Dispatch
  readonly backlog: Backlog
  readonly briefs: Briefs
  readonly jobs: Jobs
  readonly files: SessionFiles
  readonly workspace: Workspace
  readonly live: Subject<Live>
  /** Fills in the dollars that an agent did not tell. */
  price(usage: Usage | null): Promise<Usage | null>
  /** Fails with `held` where another process has taken the namespace while this one was stopped. */
  assertHeld(): Promise<void>
  /** Whether this process is about to leave its work to the next one, instead of ending it. */
  isLeaving(): boolean
}
