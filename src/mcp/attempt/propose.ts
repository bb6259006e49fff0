import * as z from 'zod'
import { grantAddition } from '../../daemon/add-task.ts'
import { byLog } from '../../daemon/log-desk.ts'
import type { DeskUser } from '../../daemon/with-desk.ts'
import { assertRoom } from '../../machines/task/agent-says.ts'
import type { NewTask } from '../../ports/backlog.ts'
import type { Office, Place } from '../office.ts'
import { adds, type Tool, tool } from '../tool.ts'
import { addOnce, newTask } from '../tools/create.ts'
import type { Badge } from './badge.ts'
import { ask, isAsked, outcomes, type Split } from './split.ts'

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
        added: z.array(
          z.object({
            taskId: z
              .string()
              .nullable()
              .describe('null: it will be added as soon as the backlog can be reached'),
            title: z.string(),
          }),
        ),
        next: z.string(),
      }),
      run: async ({ subtasks }, { signal }) => {
        const wanted = subtasks.map((part) => ({ ...part, parent: badge.id }) as NewTask)
        const titles = wanted.map(({ title }) => title)
        const added = await office.atDesk((user) => addAll(user, badge, wanted))
        return { added: added ?? (await outcomes(office, badge, titles, signal)), next }
      },
    }),
  ]
}

const next = 'Go on with your own task; a loop takes these in their turn.'

/** Adds them; null where they have only been asked for, because the loop alone reaches the backlog. */
async function addAll(
  user: DeskUser & Place,
  badge: Badge,
  parts: readonly NewTask[],
): Promise<Split[] | null> {
  assertRoom(await badge.check(user), parts.length)
  const added: Split[] = []
  for (const part of parts) {
    if (user.backlog.kind === byLog) {
      if (await isAsked(user, badge, part.title)) continue
      await grantAddition(user, user.settings, part, badge.id)
      await ask(user, badge, part)
    } else {
      const key = `${badge.stream}/${badge.attempt}/${part.title}`
      const { taskId, created } = await addOnce(user, part, { key, origin: badge.id })
      if (created) await badge.say(user, { say: 'propose', id: taskId, title: part.title })
      added.push({ taskId, title: part.title })
    }
  }
  return user.backlog.kind === byLog ? null : added
}
