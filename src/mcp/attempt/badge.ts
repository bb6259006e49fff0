import { readFile } from 'node:fs/promises'
import * as z from 'zod'
import { LoopworkError } from '../../errors.ts'
import type { TaskStream } from '../../events/event.ts'
import { taskOf } from '../../events/event.ts'
import { assertAccess, type Said } from '../../machines/task/agent-says.ts'
import type { TaskContext } from '../../machines/task/context.ts'
import { type Access, hashOf } from '../../runtime/work/grant-access.ts'
import type { Place } from '../office.ts'

const shape = z.object({
  task: z.string().startsWith('task/'),
  attempt: z.number().int().positive(),
  token: z.string().min(20),
  root: z.string(),
  env: z.record(z.string(), z.string()),
})

/** What an agent was handed when its attempt began. */
export async function readAccess(path: string): Promise<Access> {
  try {
    return shape.parse(JSON.parse(await readFile(path, 'utf8')))
  } catch (thrown) {
    throw new LoopworkError('invalid', `${path} lets nobody speak for an attempt`, {
      hint: 'Only loopwork itself starts `loopwork mcp --attempt`, for an agent it has begun.',
      cause: thrown,
    })
  }
}

/** The right of an agent to speak for its own task, as long as its attempt is open, and for nothing else. */
export type Badge = {
  readonly stream: TaskStream
  readonly id: string
  readonly attempt: number
  /** What the task has become; fails with `rejected` once the attempt is over. */
  check(place: Place): Promise<TaskContext>
  say(place: Place, said: Said): Promise<void>
}

export function badgeOf({ task, attempt, token }: Access): Badge {
  const stream = task as TaskStream
  const tokenHash = hashOf(token)
  return {
    stream,
    id: taskOf(stream).id,
    attempt,
    check: async ({ app }) => {
      const { state } = await (await app.recall())(stream)
      const context = state.context as TaskContext
      assertAccess(context, { attempt, tokenHash })
      return context
    },
    say: async ({ app, settings }, said) => {
      const dispatch = await app.dispatch({ by: 'agent', retry: settings.retry })
      await dispatch([{ stream, command: { type: 'agentSays', attempt, tokenHash, said } }])
    },
  }
}
