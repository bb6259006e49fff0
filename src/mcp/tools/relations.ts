import * as z from 'zod'
import { findTask } from '../../daemon/find-task.ts'
import type { TaskRow } from '../../projections/task-row.ts'
import type { Office } from '../office.ts'
import { listed, taskId, taskInList } from '../task-shapes.ts'
import { reads, type Tool, tool } from '../tool.ts'

const input = z.strictObject({ taskId })

/** Tools that tell how tasks hang together. */
export function relations(office: Office): readonly Tool[] {
  return [getSubtasks(office), getDependencies(office), checkDependencies(office)]
}

function getSubtasks(office: Office): Tool {
  return tool({
    name: 'loopwork_get_subtasks',
    title: 'List sub-tasks',
    description:
      'Lists the tasks that are parts of a task. Use it before you complete a task that was split up.',
    annotations: reads,
    input,
    output: z.object({ parentId: z.string(), count: z.number(), subtasks: z.array(taskInList) }),
    run: ({ taskId: id }) =>
      office.atDesk(async (user) => {
        findTask(user, id)
        const subtasks = user.desk.tasks().filter(({ parent }) => parent === id)
        return { parentId: id, count: subtasks.length, subtasks: subtasks.map(listed) }
      }),
  })
}

function getDependencies(office: Office): Tool {
  return tool({
    name: 'loopwork_get_dependencies',
    title: 'List dependencies',
    description:
      'Lists the tasks that must be completed before a task can be begun. Use loopwork_check_dependencies for a plain yes or no.',
    annotations: reads,
    input,
    output: z.object({
      taskId: z.string(),
      count: z.number(),
      dependencies: z.array(taskInList),
      missing: z.array(z.string()).describe('Ids it depends on that the backlog does not have'),
    }),
    run: ({ taskId: id }) =>
      office.atDesk(async (user) => {
        const { found, missing } = dependenciesOf(findTask(user, id), user.desk.tasks())
        return { taskId: id, count: found.length, dependencies: found.map(listed), missing }
      }),
  })
}

function checkDependencies(office: Office): Tool {
  return tool({
    name: 'loopwork_check_dependencies',
    title: 'Check dependencies',
    description:
      'Says whether everything a task depends on is completed, and whether it can be begun now. Use it before loopwork_mark_in_progress.',
    annotations: reads,
    input,
    output: z.object({
      taskId: z.string(),
      dependenciesMet: z.boolean(),
      canStart: z.boolean(),
      waitsFor: z.array(z.string()),
    }),
    run: ({ taskId: id }) =>
      office.atDesk(async (user) => {
        const row = findTask(user, id)
        const { found, missing } = dependenciesOf(row, user.desk.tasks())
        const open = found.filter(({ state }) => state !== 'completed').map((other) => other.id)
        const waitsFor = [...open, ...missing]
        const isAtRest = ['queued', 'blocked', 'waitingToRetry', 'waitingForLimit'].includes(row.state)
        return {
          taskId: id,
          dependenciesMet: waitsFor.length === 0,
          canStart: waitsFor.length === 0 && isAtRest,
          waitsFor,
        }
      }),
  })
}

function dependenciesOf({ dependsOn }: TaskRow, tasks: readonly TaskRow[]) {
  const byId = new Map(tasks.map((task) => [task.id, task]))
  return {
    found: dependsOn.flatMap((id) => byId.get(id) ?? []),
    missing: dependsOn.filter((id) => !byId.has(id)),
  }
}
