import type { Settings } from '../config/settings.ts'
import { LoopworkError, wordsOf } from '../errors.ts'
import { type TaskStream, taskOf } from '../events/event.ts'
import { sameness } from '../integrations/follow-ups/finding.ts'
import { type OpenFollowUp, originOf } from '../projections/follow-ups.ts'
import type { TaskRow } from '../projections/task-row.ts'
import type { View } from '../runtime/views.ts'
import { grantAddition } from './add-task.ts'
import type { DeskUser } from './with-desk.ts'

/** What became of a finding. `id` is null where it is no task, or is none yet; `why` says so. */
export type Adopted = {
  readonly key: string
  readonly title: string
  readonly id: string | null
  readonly why: string | null
}

type Given = {
  readonly settings: Pick<Settings, 'growth'>
  /** The view of what was found. */
  readonly found: View
  /** Whether a person has said so: limits are for agents. */
  readonly isByPerson: boolean
}

/**
 * Makes tasks of what attempts have left. Each has a key of its own that goes into the backlog with it, so that
 * breaking off in between adds nothing twice; nor is added what stands there under the same title.
 */
export async function adoptFollowUps(
  user: DeskUser,
  followUps: readonly OpenFollowUp[],
  given: Given,
): Promise<Adopted[]> {
  const adopted: Adopted[] = []
  for (const one of followUps) adopted.push(await adopt(user, one, given))
  return adopted
}

async function adopt(user: DeskUser, one: OpenFollowUp, given: Given): Promise<Adopted> {
  const stream = one.stream as TaskStream
  const { key, title } = one
  const origin = taskOf(stream).id
  const parent = one.isPart ? origin : null
  const settle = async (
    outcome: { readonly id: string } | { readonly refused: string },
  ): Promise<Adopted> => {
    await user.dispatch([{ stream, command: { type: 'settleFollowUp', key, title, outcome } }])
    return 'id' in outcome
      ? { key, title, id: outcome.id, why: null }
      : { key, title, id: null, why: outcome.refused }
  }
  const tasks = user.desk.tasks()
  const twin = tasks.find((task) => task.parent === parent && sameness(task.title) === sameness(title))
  if (twin) return settle({ refused: `it is there already: ${twin.id}` })
  try {
    if (!given.isByPerson) await grant(user, one, origin, given)
    if (user.backlog.isRemote) return await askLoop(user, one)
    const id = await user.backlog.add(newTaskOf(one, parent, tasks))
    await user.sync()
    return await settle({ id })
  } catch (thrown) {
    if (thrown instanceof LoopworkError && /^(rejected|invalid|not_found)$/.test(thrown.code))
      return settle({ refused: wordsOf(thrown) })
    throw thrown
  }
}

/** A task of its own stands, for the limits, below the task that it was found in: chains of them end, too. */
async function grant(user: DeskUser, { title }: OpenFollowUp, origin: string, given: Given): Promise<void> {
  const rows = await given.found.rows<string>(originOf(`task/${user.backlog.id}/`))
  const tasks = user.desk
    .tasks()
    .map((row) => ({ ...row, parent: row.parent ?? rows.get(originOf(row.stream)) ?? null }))
  await grantAddition(
    { ...user, desk: { tasks: () => tasks } },
    given.settings,
    { title, parent: origin },
    origin,
  )
}

async function askLoop(user: DeskUser, one: OpenFollowUp): Promise<Adopted> {
  const { key, title, description, priority, dependsOn, isPart, attempt } = one
  const asked = { attempt, title, description, priority, dependsOn: [...dependsOn], followUp: key, isPart }
  await user.dispatch([{ stream: one.stream as TaskStream, command: { type: 'askFollowUp', ...asked } }])
  return { key, title, id: null, why: null }
}

function newTaskOf(one: OpenFollowUp, parent: string | null, tasks: readonly TaskRow[]) {
  const { key, title, description, priority, dependsOn } = one
  return {
    ...{ key, title, description, dependsOn: dependsOn.filter((id) => tasks.some((task) => task.id === id)) },
    ...(priority ? { priority } : {}),
    ...(parent ? { parent } : {}),
  }
}
