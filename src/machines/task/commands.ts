import type { ExitStatus, FailureKind, OutputSize, ProcessIdentity, Usage } from '../../events/shapes.ts'
import type { TaskEvent } from '../../events/task.ts'
import type { AgentSays } from './agent-says.ts'
import type { Attempt } from './context.ts'

type DataOf<Type extends TaskEvent['type']> = Extract<TaskEvent, { type: Type }>['data']

/** What an attempt leaves behind, however it ended. */
export type Remains = {
  readonly attempt: number
  readonly usage: Usage | null
  readonly agentSession: string | null
  readonly durationMs: number | null
  readonly exit: ExitStatus | null
  readonly output: OutputSize | null
}

/** What a task can be asked. */
export type TaskCommand =
  | ({ readonly type: 'queue' } & DataOf<'task.queued'>)
  | ({ readonly type: 'import' } & DataOf<'task.imported'>)
  | ({ readonly type: 'revise' } & DataOf<'task.revised'>)
  | ({ readonly type: 'block' } & DataOf<'task.blocked'>)
  | { readonly type: 'unblock' }
  | ({ readonly type: 'claim' } & Omit<Attempt, 'attempt' | 'before'>)
  | {
      readonly type: 'reportStarted'
      readonly attempt: number
      readonly supervisor: ProcessIdentity | null
      readonly process: ProcessIdentity | null
    }
  | {
      readonly type: 'reportProgress'
      readonly attempt: number
      readonly usage: Usage | null
      readonly agentSession: string | null
    }
  | {
      readonly type: 'reportSuccess'
      readonly remains: Remains
      readonly summary: string
      /** The command that is to check the work; null where there is none. */
      readonly verify: { readonly command: readonly string[]; readonly timeoutMs: number } | null
    }
  | {
      readonly type: 'reportFailure'
      readonly remains: Remains
      readonly kind: FailureKind
      readonly reason: string
      /** When the limit ends, where the service said so. */
      readonly resetsAt: string | null
    }
  | {
      readonly type: 'reportVerification'
      readonly attempt: number
      readonly durationMs: number | null
      readonly exit: ExitStatus | null
      /** Null where the check said yes. */
      readonly failure: { readonly kind: FailureKind; readonly reason: string } | null
    }
  | ({ readonly type: 'grantAccess' } & DataOf<'task.accessGranted'>)
  | AgentSays
  | ({ readonly type: 'answer' } & DataOf<'task.answered'>)
  | { readonly type: 'abandon'; readonly remains: Remains; readonly reason: string }
  | { readonly type: 'tellBacklog'; readonly status: string }
  /** Its agent asks to add another task; no attempt may add more than `limit`. */
  | { readonly type: 'grantAddition'; readonly title: string; readonly limit: number }
  | { readonly type: 'requestTell'; readonly status: string; readonly note: string | null }
  | ({ readonly type: 'delayTell' } & DataOf<'task.tellDelayed'>)
  /** Somebody has looked over what an attempt has left; the second to look is not heard. */
  | ({ readonly type: 'reportFollowUps' } & DataOf<'task.followUpsFound'>)
  /** One of them is to be added by the loop, which alone reaches its backlog. */
  | ({ readonly type: 'askFollowUp'; readonly followUp: string } & DataOf<'task.subtaskAsked'>)
  | ({ readonly type: 'noteTrouble' } & DataOf<'task.troubleDiagnosed'>)
  /** What became of one of them: the task that it now is, or why it is none. */
  | {
      readonly type: 'settleFollowUp'
      readonly key: string
      readonly title: string
      readonly outcome: { readonly id: string } | { readonly refused: string }
    }
  | ({ readonly type: 'reportAdded' } & DataOf<'task.subtaskAdded'>)
  | ({ readonly type: 'refuseSubtask' } & DataOf<'task.subtaskRefused'>)
  | { readonly type: 'reportTold'; readonly request: string; readonly status: string }
  | { readonly type: 'dropTell'; readonly request: string; readonly status: string; readonly reason: string }
  /** Another machine has it: what runs here ends, and it costs no try. */
  | { readonly type: 'yield'; readonly reason: string }
  | { readonly type: 'remove'; readonly reason: string }
  | { readonly type: 'keepKey'; readonly key: string }
  | { readonly type: 'takeByHand'; readonly reason: string }
  | { readonly type: 'complete'; readonly reason: string }
  | { readonly type: 'fail'; readonly reason: string }
  | { readonly type: 'cancel'; readonly reason: string }
  | { readonly type: 'skip'; readonly reason: string }
  | { readonly type: 'reset'; readonly reason: string }
