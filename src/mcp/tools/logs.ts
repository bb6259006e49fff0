import * as z from 'zod'
import { findTask } from '../../daemon/find-task.ts'
import { readAttemptLog } from '../attempt-log.ts'
import type { Office } from '../office.ts'
import { taskId } from '../task-shapes.ts'
import { reads, type Tool, tool } from '../tool.ts'

/** The tool that shows the end of what an agent printed. */
export function logExcerpts(office: Office): readonly Tool[] {
  return [
    tool({
      name: 'loopwork_get_log',
      title: 'Show the end of a log',
      description:
        'Shows the end of what the agent printed in the newest attempt at a task. Use it to see why an attempt failed or what a running one does.',
      annotations: reads,
      input: z.strictObject({
        taskId,
        bytes: z.coerce
          .number()
          .int()
          .min(200)
          .max(20_000)
          .default(4_000)
          .describe('How much of the end, up to 20000'),
      }),
      output: z.object({
        taskId: z.string(),
        session: z.string(),
        iteration: z.number(),
        outcome: z.string(),
        text: z.string(),
        truncated: z.boolean().describe('Whether there is more before it'),
      }),
      run: async ({ taskId: id, bytes }) => {
        await office.atDesk(async (user) => findTask(user, id))
        const { app } = await office.place()
        const found = await readAttemptLog(app, id, bytes)
        return {
          taskId: id,
          ...found,
          links: [
            {
              type: 'resource_link',
              uri: `loopwork://tasks/${encodeURIComponent(id)}/log`,
              name: `${id}/log`,
              title: 'More of this log',
              mimeType: 'text/plain',
            },
          ],
        }
      },
    }),
  ]
}
