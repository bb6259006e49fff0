import { LoopworkError } from '../../errors.ts'
import type { TaskEvent } from '../../events/task.ts'
import type { TaskContext } from './context.ts'

type DataOf<Type extends TaskEvent['type']> = Omit<Extract<TaskEvent, { type: Type }>['data'], 'attempt'>

/** What the agent of an attempt can say. */
export type Said =
  | ({ readonly say: 'report' } & DataOf<'task.reported'>)
  | ({ readonly say: 'note' } & DataOf<'task.decisionNoted'>)
  | ({ readonly say: 'ask' } & DataOf<'task.asked'>)
  | ({ readonly say: 'propose' } & DataOf<'task.subtaskProposed'>)
  | ({ readonly say: 'split' } & DataOf<'task.subtaskAsked'>)
  | ({ readonly say: 'attach' } & DataOf<'task.evidenceAttached'>)
  | { readonly say: 'block'; readonly reason: string }

/** Something that an agent says, with the hash of the token by which it may. */
export type AgentSays = {
  readonly type: 'agentSays'
  readonly attempt: number
  readonly tokenHash: string
  readonly said: Said
}

/** How many sub-tasks one attempt can add. */
const mostProposals = 20

/** What follows from what an agent says; fails with `rejected` where it has no right to say it. */
export function decideAgentSays(context: TaskContext, { attempt, tokenHash, said }: AgentSays): TaskEvent[] {
  assertAccess(context, { attempt, tokenHash })
  switch (said.say) {
    case 'report':
      return [{ type: 'task.reported', data: { attempt, text: said.text, percent: said.percent } }]
    case 'note':
      return [{ type: 'task.decisionNoted', data: { attempt, text: said.text } }]
    case 'ask': {
      const { say: _, ...data } = said
      if (context.question) throw oneAtATime(context.question.text)
      return [{ type: 'task.asked', data: { ...data, options: [...data.options], attempt } }]
    }
    case 'propose':
      assertRoom(context)
      return [{ type: 'task.subtaskProposed', data: { attempt, id: said.id, title: said.title } }]
    case 'split': {
      const { say: _, ...data } = said
      assertRoom(context)
      return [{ type: 'task.subtaskAsked', data: { ...data, dependsOn: [...data.dependsOn], attempt } }]
    }
    case 'attach': {
      const { say: _, ...data } = said
      return [{ type: 'task.evidenceAttached', data: { ...data, attempt } }]
    }
    case 'block':
      return [{ type: 'task.personNeeded', data: { reason: said.reason } }]
  }
}

/** Refuses whoever does not have the token of the attempt that is open now. */
export function assertAccess(
  { open, access }: TaskContext,
  { attempt, tokenHash }: { readonly attempt: number; readonly tokenHash: string },
): void {
  if (open?.attempt === attempt && access !== null && access === tokenHash) return
  throw new LoopworkError('rejected', `attempt ${attempt} is over, or this is not its token`, {
    hint: 'Stop: the task is no longer yours.',
  })
}

/** Refuses an attempt that has added enough sub-tasks. */
export function assertRoom({ proposals }: TaskContext, more = 1): void {
  if (proposals + more <= mostProposals) return
  throw new LoopworkError('rejected', `one attempt adds at most ${mostProposals} sub-tasks`, {
    hint: 'Put what is left into the description of one of them.',
  })
}

/** What follows from an answer. One that comes after another changes nothing if it is only the fallback. */
export function decideAnswer({ question }: TaskContext, answered: DataOf<'task.answered'>): TaskEvent[] {
  if (question?.question === answered.question) return [{ type: 'task.answered', data: answered }]
  if (answered.isFallback) return []
  throw new LoopworkError('rejected', 'this question is no longer open', {
    hint: '`loopwork answer` lists the questions that are.',
  })
}

function oneAtATime(text: string): LoopworkError {
  return new LoopworkError('rejected', `a question is open already: ${text}`, {
    hint: 'Wait for its answer before you ask another.',
  })
}
