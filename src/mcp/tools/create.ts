import * as z from 'zod'
import { addTask } from '../../daemon/add-task.ts'
import type { DeskUser } from '../../daemon/with-desk.ts'
import { taskStream } from '../../events/event.ts'
import type { NewTask } from '../../ports/backlog.ts'
import { createdTasks } from '../../projections/created-tasks.ts'
import type { Office, Place } from '../office.ts'
import { adds, type Tool, tool } from '../tool.ts'

const line = z
  .string()
  .trim()
  .min(1)
  .max(300)
  .regex(/^[^\r\n]*$/, 'one line')

/** The fields of a task that is to be added. */
export const newTask = {
  title: line.describe('What is to be done, in a few words, on one line'),
  description: z
    .string()
    .max(100_000)
    .optional()
    .describe('What exactly is to be done, in Markdown: goal, bounds, how to check'),
  priority: z.enum(['high', 'medium', 'low', 'background']).optional().describe('medium if not given'),
  dependsOn: z
    .array(z.string().min(1))
    .max(100)
    .optional()
    .describe('Ids of tasks that must be completed before'),
}

/** The tool that adds a task. */
export function creating(office: Office): readonly Tool[] {
  return [
    tool({
      name: 'loopwork_create_task',
      title: 'Create a task',
      description:
        'Adds a task, or with parentId a sub-task, to the backlog; a loop then works it off. Look with loopwork_list_tasks first whether it is there already.',
      annotations: adds,
      input: z.strictObject({
        ...newTask,
        feature: line.optional().describe('The feature it belongs to'),
        parentId: z.string().min(1).optional().describe('The task it is a part of'),
        idempotencyKey: z
          .string()
          .min(1)
          .max(100)
          .optional()
          .describe('Any text of your own: a call that is repeated with it creates nothing new'),
      }),
      output: z.object({
        success: z.literal(true),
        error: z.null(),
        taskId: z.string(),
        created: z.boolean().describe('false: it was created before, under the same key'),
      }),
      run: ({ parentId, idempotencyKey, ...wanted }) =>
        office.atDesk((user) =>
          addOnce(user, { ...wanted, ...(parentId ? { parent: parentId } : {}) } as NewTask, {
            key: idempotencyKey,
            origin: null,
          }),
        ),
    }),
  ]
}

/**
 * Adds a task, unless one was added under the same key before. `origin` is the task whose agent asks for it.
 * The key goes into the backlog with the task, so that nothing is added twice if all breaks off in between.
 */
export async function addOnce(
  user: DeskUser & Place,
  wanted: NewTask,
  { key, origin }: { readonly key: string | undefined; readonly origin: string | null },
) {
  const answer = (taskId: string, created: boolean) => ({
    success: true as const,
    error: null,
    taskId,
    created,
  })
  if (key === undefined) return answer(await addTask(user, user.settings, wanted, origin), true)
  const earlier = await (await user.app.view(createdTasks)).row<string>(key)
  if (earlier !== undefined) return answer(earlier, false)
  const before = new Set(user.desk.tasks().map(({ id }) => id))
  const taskId = await addTask(user, user.settings, { ...wanted, key }, origin)
  await user.dispatch([{ stream: taskStream(user.backlog.id, taskId), command: { type: 'keepKey', key } }])
  return answer(taskId, !before.has(taskId))
}
