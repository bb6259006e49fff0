import type { Settings } from '../config/settings.ts'
import { LoopworkError } from '../errors.ts'
import { taskStream } from '../events/event.ts'
import { assertRoom } from '../machines/growth.ts'
import type { NewTask } from '../ports/backlog.ts'
import type { DeskUser } from './with-desk.ts'

/**
 * Adds a task to the backlog and takes it into the log. `origin` is the task whose agent asks for it, which is
 * kept within limits; null for a person, who is not.
 */
export async function addTask(
  user: DeskUser,
  settings: Pick<Settings, 'growth'>,
  task: NewTask,
  origin: string | null,
): Promise<string> {
  if (origin !== null) await grantAddition(user, settings, task, origin)
  const id = await user.backlog.add(task)
  await user.sync()
  return id
}

/** Lets the agent of a task add another, as long as it keeps within the limits. */
export async function grantAddition(
  { backlog, desk, dispatch }: DeskUser,
  { growth }: Pick<Settings, 'growth'>,
  { title, parent }: Pick<NewTask, 'title' | 'parent'>,
  origin: string,
): Promise<void> {
  if (!growth.isAllowed) {
    throw new LoopworkError('rejected', 'agents may not add tasks here', {
      hint: 'It is allowed by dynamicTasks.enabled in the configuration.',
    })
  }
  assertRoom(desk.tasks(), parent ?? null, growth)
  // Written before it is added: an attempt that is killed in between has used up one, not gained one.
  const command = { type: 'grantAddition', title, limit: growth.perAttempt } as const
  await dispatch([{ stream: taskStream(backlog.id, origin), command }])
}
