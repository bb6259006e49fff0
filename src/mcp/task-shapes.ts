import * as z from 'zod'
import { statusOf } from '../machines/reconcile.ts'
import type { TaskRow } from '../projections/task-row.ts'

export const taskId = z
  .string()
  .min(1, 'the id of a task, such as TASK-001')
  .max(200)
  .describe('The id of the task, such as TASK-001')

export const reason = z.string().min(1).max(4_000)

/** A truth that older clients send as text. */
export const truth = z
  .union([z.boolean(), z.enum(['true', 'false'])])
  .transform((said) => String(said) === 'true')

/** A task in a list, in the form that clients have known since the first version. */
export const taskInList = z.object({
  id: z.string(),
  title: z.string(),
  status: z.string().describe('pending, in-progress, completed, failed, cancelled or skipped'),
  state: z.string().describe('What it is doing, more exactly: queued, blocked, running, waitingToRetry …'),
  priority: z.string(),
  feature: z.string().optional(),
  parentId: z.string().optional(),
  hasDependencies: z.boolean(),
})

/** What a change answers. */
export const changed = z.object({
  success: z.literal(true),
  error: z.null(),
  taskId: z.string(),
  status: z.string(),
})

export function listed(row: TaskRow): z.infer<typeof taskInList> {
  return {
    id: row.id,
    title: row.title,
    status: statusOf(row.state),
    state: row.state,
    priority: row.priority,
    ...(row.feature === null ? {} : { feature: row.feature }),
    ...(row.parent === null ? {} : { parentId: row.parent }),
    hasDependencies: row.dependsOn.length > 0,
  }
}
