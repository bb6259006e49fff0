import type { LoopEvent, StopReason } from '../../events/loop.ts'

type DataOf<Type extends LoopEvent['type']> = Extract<LoopEvent, { type: Type }>['data']

/** What a loop can be asked. */
export type LoopCommand =
  /** Takes the namespace, after the holder before has been seen to be dead or gone. */
  | ({ readonly type: 'take' } & Omit<DataOf<'loop.started'>, 'epoch'>)
  | ({ readonly type: 'idle' } & DataOf<'loop.idled'>)
  | { readonly type: 'wake'; readonly reason: string }
  | ({ readonly type: 'bar' } & DataOf<'loop.agentBarred'>)
  | ({ readonly type: 'alert' } & DataOf<'loop.budgetAlerted'>)
  | ({ readonly type: 'hold' } & DataOf<'loop.held'>)
  | ({ readonly type: 'refuseBacklog' } & DataOf<'loop.backlogRefused'>)
  | { readonly type: 'acceptBacklog' }
  | ({ readonly type: 'noteRollback' } & DataOf<'loop.backlogRolledBack'>)
  | { readonly type: 'pause'; readonly reason: string }
  | { readonly type: 'continue'; readonly reason: string }
  | { readonly type: 'drain'; readonly reason: string }
  | { readonly type: 'interrupt'; readonly reason: string }
  | { readonly type: 'abort'; readonly reason: string }
  | { readonly type: 'stop'; readonly reason: StopReason; readonly detail: string }
  /** Writes the end of a holder that can no longer write it. Of a later holder it says nothing. */
  | { readonly type: 'close'; readonly epoch: number; readonly reason: StopReason; readonly detail: string }
