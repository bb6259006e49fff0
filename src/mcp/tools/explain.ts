import * as z from 'zod'
import { findTask } from '../../daemon/find-task.ts'
import { taskStream } from '../../events/event.ts'
import { historyOf } from '../history.ts'
import type { Office } from '../office.ts'
import { limitOf } from '../page.ts'
import { taskId } from '../task-shapes.ts'
import { reads, type Tool, tool } from '../tool.ts'
import { explain } from '../why.ts'

const happening = z.object({
  at: z.string(),
  level: z.string(),
  text: z.string(),
  type: z.string(),
  by: z.string().describe('Who asked for it: loop, cli, mcp, agent, plugin or backlog'),
})

/** The tool that explains the state of a task. */
export function explaining(office: Office): readonly Tool[] {
  return [
    tool({
      name: 'loopwork_why',
      title: 'Explain a task',
      description:
        'Says why a task is in the state it is in, what would move it on, and what happened last. Use it when a task does not go on or has failed.',
      annotations: reads,
      input: z.strictObject({ taskId, events: limitOf(10, 100) }),
      output: z.object({
        taskId: z.string(),
        state: z.string(),
        since: z.string(),
        because: z.string(),
        next: z.string(),
        attempts: z.number(),
        history: z.array(happening),
      }),
      run: ({ taskId: id, events }) =>
        office.atDesk(async (user) => {
          const row = findTask(user, id)
          return {
            taskId: id,
            state: row.state,
            since: row.since,
            ...explain(row, user.app.clock.now()),
            attempts: row.attempts,
            history: await historyOf(user.app, taskStream(row.backlog, id), events),
          }
        }),
    }),
  ]
}
