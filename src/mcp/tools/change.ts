import * as z from 'zod'
import { findTask } from '../../daemon/find-task.ts'
import { taskStream } from '../../events/event.ts'
import { statusOf } from '../../machines/reconcile.ts'
import type { TaskCommand } from '../../machines/task/commands.ts'
import type { TaskRow } from '../../projections/task-row.ts'
import type { Office } from '../office.ts'
import { changed, reason, taskId } from '../task-shapes.ts'
import { overrides, sets, type Tool, tool } from '../tool.ts'

/** Tools that move a task on. Each is done once: a task that is there already stays as it is. */
export function changing(office: Office): readonly Tool[] {
  return [markInProgress(office), markComplete(office), markFailed(office), resetTask(office)]
}

function markInProgress(office: Office): Tool {
  return tool({
    name: 'loopwork_mark_in_progress',
    title: 'Take a task',
    description:
      'Marks a task as being worked on by you, so that no loop hands it out meanwhile. End with loopwork_mark_complete or loopwork_mark_failed; loopwork_reset_task gives it back.',
    annotations: sets,
    input: z.strictObject({ taskId }),
    output: changed,
    run: ({ taskId: id }, { client }) =>
      move(office, id, (row) =>
        statusOf(row.state) === 'in-progress' ? null : { type: 'takeByHand', reason: `taken by ${client}` },
      ),
  })
}

function markComplete(office: Office): Tool {
  return tool({
    name: 'loopwork_mark_complete',
    title: 'Complete a task',
    description:
      'Marks a task as done. Use it only after you have checked the work; what depended on the task can then be begun.',
    annotations: sets,
    input: z.strictObject({ taskId, comment: reason.optional().describe('What was done, for the record') }),
    output: changed,
    run: ({ taskId: id, comment }, { client }) =>
      move(office, id, ({ state }) =>
        state === 'completed' ? null : { type: 'complete', reason: comment ?? `completed by ${client}` },
      ),
  })
}

function markFailed(office: Office): Tool {
  return tool({
    name: 'loopwork_mark_failed',
    title: 'Fail a task',
    description:
      'Marks a task as failed, with the reason. An attempt that is running at it is ended. loopwork_reset_task puts it back into the queue.',
    annotations: overrides,
    input: z.strictObject({ taskId, error: reason.describe('Why it failed, so that the next one knows') }),
    output: changed,
    run: ({ taskId: id, error }) =>
      move(office, id, (row) =>
        row.state === 'failed' && row.reason === error ? null : { type: 'fail', reason: error },
      ),
  })
}

function resetTask(office: Office): Tool {
  return tool({
    name: 'loopwork_reset_task',
    title: 'Put a task back',
    description:
      'Puts a task that failed, was done, or was taken back into the queue as if it had never been tried. Refused while an attempt is running.',
    annotations: overrides,
    input: z.strictObject({ taskId }),
    output: changed,
    run: ({ taskId: id }, { client }) =>
      move(office, id, ({ state, tries }) =>
        state === 'queued' && tries === 0 ? null : { type: 'reset', reason: `reset by ${client}` },
      ),
  })
}

/** Asks something of a task, and tells the backlog; null where there is nothing to ask. */
function move(office: Office, id: string, commandFor: (row: TaskRow) => TaskCommand | null) {
  return office.atDesk(async (user) => {
    const command = commandFor(findTask(user, id))
    if (command) {
      await user.dispatch([{ stream: taskStream(user.backlog.id, id), command }])
      await user.sync()
    }
    const { state } = findTask(user, id)
    return { success: true as const, error: null, taskId: id, status: statusOf(state) }
  })
}
