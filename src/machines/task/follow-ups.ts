import type { TaskEvent } from '../../events/task.ts'
import type { TaskCommand } from './commands.ts'
import type { TaskContext } from './context.ts'
import { without } from './without.ts'

type AboutFollowUps = Extract<TaskCommand, { type: 'reportFollowUps' | 'askFollowUp' | 'settleFollowUp' }>

/** What is written down of what an attempt has left. An attempt is looked over once, and each finding settled once. */
export function decideFollowUps(context: TaskContext, command: AboutFollowUps): TaskEvent[] {
  const { analysed, followUps } = context
  switch (command.type) {
    case 'reportFollowUps':
      return command.attempt <= analysed ? [] : [{ type: 'task.followUpsFound', data: without(command) }]
    case 'askFollowUp':
      return followUps.includes(command.followUp)
        ? [{ type: 'task.subtaskAsked', data: without(command) }]
        : []
    case 'settleFollowUp': {
      const { key: request, title, outcome } = command
      if (!followUps.includes(request)) return []
      return 'id' in outcome
        ? [{ type: 'task.subtaskAdded', data: { request, id: outcome.id, title } }]
        : [{ type: 'task.subtaskRefused', data: { request, title, reason: outcome.refused } }]
    }
  }
}
