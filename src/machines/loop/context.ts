import type { LoopStream } from '../../events/event.ts'
import type { LoopEvent, RunOptions, StopReason } from '../../events/loop.ts'
import type { ProcessIdentity } from '../../events/shapes.ts'

type DataOf<Type extends LoopEvent['type']> = Extract<LoopEvent, { type: Type }>['data']

/** An agent that may not be used for now. */
export type Bar = DataOf<'loop.agentBarred'>

/** Why what runs is ended before its time. */
export type Ending = { readonly reason: 'interrupted' | 'aborted'; readonly detail: string }

/** What a loop's history amounts to, as far as decisions need it. */
export type LoopContext = {
  readonly subject: LoopStream
  readonly session: string | null
  /** Raised by every holder; 0 before the first. */
  readonly epoch: number
  readonly holder: ProcessIdentity | null
  readonly files: string | null
  readonly options: RunOptions | null
  readonly args: readonly string[]
  readonly idle: DataOf<'loop.idled'> | null
  readonly bars: readonly Bar[]
  /** Days on which an alert was given, with the threshold that was passed. */
  readonly alerted: { readonly day: string; readonly threshold: number } | null
  /** What keeps new attempts from being started before an instant. */
  readonly hold: DataOf<'loop.held'> | null
  /** Why the backlog cannot be read, where it cannot. */
  readonly refusal: DataOf<'loop.backlogRefused'> | null
  /** Outlives the process: a loop that was paused comes back paused. May be said while no process is there. */
  readonly paused: boolean
  readonly stopReason: StopReason | null
  /** As what it stops once what runs has been ended. */
  readonly ending: Ending
}

export function unborn(subject: LoopStream): LoopContext {
  return {
    subject,
    session: null,
    epoch: 0,
    holder: null,
    files: null,
    options: null,
    args: [],
    idle: null,
    bars: [],
    alerted: null,
    hold: null,
    refusal: null,
    paused: false,
    stopReason: null,
    ending: { reason: 'interrupted', detail: 'it was interrupted' },
  }
}
