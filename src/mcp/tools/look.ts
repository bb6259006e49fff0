import * as z from 'zod'
import { briefOrRow } from '../../daemon/brief-or-row.ts'
import { findTask } from '../../daemon/find-task.ts'
import { statusOf } from '../../machines/reconcile.ts'
import type { TaskRow } from '../../projections/task-row.ts'
import type { Office } from '../office.ts'
import { cursor, limitOf, pageOf } from '../page.ts'
import { listed, taskId, taskInList, truth } from '../task-shapes.ts'
import { reads, type Tool, tool } from '../tool.ts'

const feature = z.string().max(200).optional().describe('Only tasks of this feature')

/** Tools that look at tasks. */
export function looking(office: Office): readonly Tool[] {
  return [listTasks(office), getTask(office), countPending(office)]
}

function listTasks(office: Office): Tool {
  return tool({
    name: 'loopwork_list_tasks',
    title: 'List pending tasks',
    description:
      'Lists the tasks that are still to be done, in the order in which they are worked off. Use it first, to find ids; then loopwork_get_task for one of them.',
    annotations: reads,
    input: z.strictObject({
      feature,
      priority: z.enum(['high', 'medium', 'low', 'background']).optional().describe('Only this priority'),
      includeBlocked: truth.optional().describe('Also tasks that wait for others (default false)'),
      topLevelOnly: truth.optional().describe('Only tasks that are no part of another (default false)'),
      status: z
        .enum(['pending', 'in-progress', 'completed', 'failed', 'cancelled', 'skipped', 'all'])
        .default('pending')
        .describe('Which tasks; pending if not given'),
      limit: limitOf(200, 1_000),
      cursor,
    }),
    output: z.object({
      count: z.number().describe('How many there are in all, on every page'),
      tasks: z.array(taskInList),
      nextCursor: z.string().optional(),
    }),
    run: async (wanted) => {
      const rows = await office.atDesk(async ({ desk }) => desk.tasks())
      const meant = rows.filter((row) => isMeant(row, wanted))
      const { items, nextCursor } = pageOf(meant, ({ id }) => id, wanted)
      return { count: meant.length, tasks: items.map(listed), ...(nextCursor ? { nextCursor } : {}) }
    },
  })
}

type Filter = {
  readonly feature?: string | undefined
  readonly priority?: string | undefined
  readonly includeBlocked?: boolean | undefined
  readonly topLevelOnly?: boolean | undefined
  readonly status: string
}

function isMeant(row: TaskRow, wanted: Filter): boolean {
  const isOfStatus = wanted.status === 'all' || statusOf(row.state) === wanted.status
  const isHidden = wanted.status === 'pending' && row.state === 'blocked' && !wanted.includeBlocked
  return (
    isOfStatus &&
    !isHidden &&
    (wanted.feature === undefined || row.feature === wanted.feature) &&
    (wanted.priority === undefined || row.priority === wanted.priority) &&
    !(wanted.topLevelOnly && row.parent !== null)
  )
}

function getTask(office: Office): Tool {
  return tool({
    name: 'loopwork_get_task',
    title: 'Show a task',
    description:
      'Gives one task in full: what is to be done, its state and why, its relations. Use it before you work on a task or change it.',
    annotations: reads,
    input: z.strictObject({ taskId }),
    output: z.object({
      id: z.string(),
      title: z.string(),
      description: z.string(),
      status: z.string(),
      state: z.string(),
      reason: z.string().nullable().describe('Why it is in this state'),
      priority: z.string(),
      feature: z.string().nullable(),
      parentId: z.string().nullable(),
      dependsOn: z.array(z.string()).nullable(),
      attempts: z.number(),
      source: z.string().describe('Where a person finds it'),
    }),
    run: ({ taskId: id }) =>
      office.atDesk(async (user) => {
        const row = findTask(user, id)
        const brief = await briefOrRow(user.backlog, row)
        return {
          id,
          title: brief.title,
          description: brief.problem ?? brief.text,
          status: statusOf(row.state),
          state: row.state,
          reason: row.reason,
          priority: row.priority,
          feature: row.feature,
          parentId: row.parent,
          dependsOn: row.dependsOn.length > 0 ? [...row.dependsOn] : null,
          attempts: row.attempts,
          source: brief.source,
          links: [
            {
              type: 'resource_link',
              uri: `loopwork://tasks/${encodeURIComponent(id)}/story`,
              name: `${id}/story`,
              title: 'What has happened to it',
              mimeType: 'text/plain',
            },
          ],
        }
      }),
  })
}

function countPending(office: Office): Tool {
  return tool({
    name: 'loopwork_count_pending',
    title: 'Count pending tasks',
    description:
      'Says how many tasks are still to be done, without listing them. Use it to see whether there is work at all.',
    annotations: reads,
    input: z.strictObject({ feature }),
    output: z.object({ count: z.number() }),
    run: async (wanted) => {
      const rows = await office.atDesk(async ({ desk }) => desk.tasks())
      return {
        count: rows.filter((row) => isMeant(row, { ...wanted, status: 'pending', includeBlocked: true }))
          .length,
      }
    },
  })
}
