import * as z from 'zod'
import { assertRoom } from '../../machines/task/agent-says.ts'
import type { NewTask } from '../../ports/backlog.ts'
import type { Office } from '../office.ts'
import { adds, type Tool, tool } from '../tool.ts'
import { addOnce, newTask } from '../tools/create.ts'
import type { Badge } from './badge.ts'

/** The tool by which an agent splits something off its own task. */
export function proposing(office: Office, badge: Badge): readonly Tool[] {
  return [
    tool({
      name: 'loopwork_propose_subtasks',
      title: 'Add sub-tasks',
      description:
        'Adds parts of your own task to the backlog, for others to do after you. Use it for what is worth doing but not part of what you were asked; then finish your own task.',
      annotations: adds,
      input: z.strictObject({ subtasks: z.array(z.strictObject(newTask)).min(1).max(10) }),
      output: z.object({
        added: z.array(z.object({ taskId: z.string(), title: z.string() })),
        next: z.string(),
      }),
      run: ({ subtasks }) =>
        office.atDesk(async (user) => {
          assertRoom(await badge.check(user), subtasks.length)
          const added: { taskId: string; title: string }[] = []
          for (const wanted of subtasks) {
            const key = `${badge.stream}/${badge.attempt}/${wanted.title}`
            const part = { ...wanted, parent: badge.id } as NewTask
            const { taskId, created } = await addOnce(user, part, { key, origin: badge.id })
            if (created) await badge.say(user, { say: 'propose', id: taskId, title: wanted.title })
            added.push({ taskId, title: wanted.title })
          }
          return { added, next: 'Go on with your own task; a loop takes these in their turn.' }
        }),
    }),
  ]
}
