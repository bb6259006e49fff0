import type { Observable } from 'rxjs'
import type { DomainEvent, Fact } from '../events/catalogue.ts'
import type { Recorded } from '../events/event.ts'
import type { LoopworkConfig } from './loopwork-config.ts'
import type { TaskMetadata } from './plugin-contract.ts'

/** The name of an event in the log. */
export type EventType = DomainEvent['type']

/** A fact of one type, or of one of several. */
export type FactOf<Type extends EventType> = Recorded<Extract<DomainEvent, { type: Type }>>

/** What a plugin may ask of the loop it listens to, and of tasks. Always with a reason that people can read. */
export type PluginRequest =
  | { readonly type: 'pause' | 'continue' | 'drain'; readonly reason: string }
  /** Starts nothing new before `until` (ISO 8601, UTC). Kept in the log: it outlives the process. */
  | { readonly type: 'hold'; readonly until: string; readonly reason: string }
  | {
      readonly type: 'complete' | 'fail' | 'cancel' | 'skip' | 'reset'
      readonly task: string
      readonly reason: string
    }

/** Whether a request was granted, and why not. */
export type PluginAnswer =
  | { readonly accepted: true }
  | { readonly accepted: false; readonly problem: string }

/** A task as it stands in a happening. `metadata` is what its backlog keeps with it. */
export type HappeningTask = { readonly id: string; readonly title: string; readonly metadata: TaskMetadata }

/** What befell a task in an attempt at it. Times in milliseconds, costs in dollars. */
export type TaskHappening = {
  readonly kind: 'taskStarted' | 'attemptEnded' | 'taskCompleted' | 'taskFailed' | 'taskNeedsPerson'
  readonly namespace: string
  readonly at: string
  readonly task: HappeningTask
  readonly attempt: number
  readonly iteration: number
  readonly agent: string
  readonly model: string | null
  readonly startedAt: string
  readonly durationMs: number
  /** Of all attempts since the task was last reset; null where nobody told. */
  readonly costUsd: number | null
  readonly summary: string | null
  readonly reason: string | null
}

/** What befell the loop. */
export type LoopHappening =
  | {
      readonly kind: 'loopStarted'
      readonly namespace: string
      readonly at: string
      readonly session: string
    }
  | {
      readonly kind: 'loopEnded'
      readonly namespace: string
      readonly at: string
      readonly session: string
      /** `done`, `drained`, `interrupted`, … */
      readonly reason: string
      readonly detail: string
      readonly completed: number
      readonly failed: number
      readonly durationMs: number
      readonly costUsd: number | null
    }
  | {
      readonly kind: 'budgetAlerted'
      readonly namespace: string
      readonly at: string
      readonly spentUsd: number
      readonly budgetUsd: number
    }

/** A fact with what a person needs to understand it. */
export type Happening = TaskHappening | LoopHappening

/** One try to deliver a fact. */
export type Delivery = {
  /** The same in every try, and in no other delivery: for services that tell duplicates by a key. */
  readonly key: string
  /** Counts from 1. */
  readonly attempt: number
  /** Aborts when the try has taken too long, or the plugin is to end. */
  readonly signal: AbortSignal
}

/** How long a durable delivery is tried. Times in milliseconds. */
export type DeliveryPolicy = {
  /** Then it is parked, and the next fact has its turn. Default: 8. */
  readonly maxTries: number
  /** Before the second try; doubled after each further one. Default: 1000. */
  readonly baseDelayMs: number
  /** Default: 60000. */
  readonly maxDelayMs: number
  /** How long one try may take. Default: 60000. */
  readonly timeoutMs: number
}

/** A task as it stands now. */
export type PluginTask = {
  readonly id: string
  readonly title: string
  readonly state: string
  readonly priority: string
  readonly attempts: number
  readonly reason: string | null
  readonly notBefore: string | null
  readonly waitsFor: readonly string[]
}

/** What a plugin is given. */
export type PluginContext = {
  readonly namespace: string
  readonly config: LoopworkConfig
  /** The environment, without what is not set. */
  readonly env: Readonly<Record<string, string>>
  /** Every fact from now on, whoever caused it. A plugin that is slower than the facts takes `durable`. */
  readonly events$: Observable<Fact>
  /**
   * Hears facts of this loop from the plugin's own checkpoint on: at least once each, in order, over crashes.
   * A try that throws is repeated; what keeps failing is parked. Facts wait in the log, not in memory.
   */
  durable<Type extends EventType>(
    types: readonly Type[],
    deliver: (fact: FactOf<Type>, delivery: Delivery) => unknown,
    policy?: Partial<DeliveryPolicy>,
  ): void
  /** Never rejects: what is refused is answered. */
  ask(request: PluginRequest): Promise<PluginAnswer>
  /** A fact with what a person needs to understand it; null where there is nothing to be told. */
  describe(fact: Fact): Promise<Happening | null>
  /** Every task as it stands now. */
  tasks(): Promise<readonly PluginTask[]>
  readonly log: {
    info(text: string): void
    warn(text: string): void
    error(text: string): void
  }
  /** Aborts when the plugin is to end. */
  readonly signal: AbortSignal
  /** What the plugin keeps for itself between two runs: values that JSON can say. */
  readonly store: {
    get(key: string): Promise<unknown>
    set(key: string, value: unknown): Promise<void>
    delete(key: string): Promise<void>
  }
  /** Says that something is missing, such as a token: the plugin stays silent, and `status` names it. */
  unconfigured(what: string): void
}

/** A plugin that is nothing but a function: facts go in, requests come out. */
export type PluginFunction = (events$: Observable<Fact>) => Observable<PluginRequest>
