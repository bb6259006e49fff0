import type { TaskEvent } from '../../events/task.ts'
import type { TaskCommand } from './commands.ts'
import type { TaskContext } from './context.ts'
import { without } from './without.ts'

type Telling = Extract<
  TaskCommand,
  {
    type:
      | 'tellBacklog'
      | 'requestTell'
      | 'delayTell'
      | 'reportTold'
      | 'dropTell'
      | 'reportAdded'
      | 'refuseSubtask'
  }
>

/** What is written down of telling a backlog. What was told, or asked for, already is not said again. */
export function decideTelling({ told, asked, refused }: TaskContext, command: Telling): TaskEvent[] {
  switch (command.type) {
    case 'tellBacklog':
      return command.status === told ? [] : [{ type: 'task.backlogTold', data: { status: command.status } }]
    case 'requestTell':
      return (asked.at(-1) ?? refused) === command.status
        ? []
        : [{ type: 'task.tellRequested', data: without(command) }]
    case 'delayTell':
      return [{ type: 'task.tellDelayed', data: without(command) }]
    case 'reportAdded':
      return [{ type: 'task.subtaskAdded', data: without(command) }]
    case 'refuseSubtask':
      return [{ type: 'task.subtaskRefused', data: without(command) }]
    case 'reportTold':
      return [{ type: 'task.tellDone', data: without(command) }]
    case 'dropTell':
      return [{ type: 'task.tellDropped', data: without(command) }]
  }
}
