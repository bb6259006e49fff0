import type { Settings } from '../../config/settings.ts'
import { addTask } from '../../daemon/add-task.ts'
import type { DeskUser } from '../../daemon/with-desk.ts'
import { asFailure, LoopworkError } from '../../errors.ts'
import { inOrder, type ProposedTask } from './proposal.ts'

/** A proposed task under the id that the backlog gave it. */
export type AddedTask = ProposedTask & { readonly was: string }

/** What all of them have in common. */
export type Common = {
  readonly feature: string | null
  readonly parent: string | null
  /** The task whose agent asks for it; null for a person. */
  readonly origin: string | null
}

/** Adds them one by one, what others depend on first, and puts the new ids where the proposed ones stood. */
export async function addProposed(
  user: DeskUser,
  settings: Settings,
  tasks: readonly ProposedTask[],
  common: Common,
): Promise<AddedTask[]> {
  const added: AddedTask[] = []
  const idOf = (was: string): string => added.find((task) => task.was === was)?.id ?? was
  for (const task of inOrder(tasks)) {
    const { title, description, priority } = task
    const dependsOn = task.dependsOn.map(idOf)
    const { feature, parent, origin } = common
    const wanted = {
      ...{ title, dependsOn },
      ...(priority ? { priority } : {}),
      ...(description.trim() ? { description: description.trim() } : {}),
      ...(feature ? { feature } : {}),
      ...(parent ? { parent } : {}),
    }
    const id = await addTask(user, settings, wanted, origin).catch((thrown) => {
      throw brokenOff(thrown, task, added)
    })
    added.push({ ...task, was: task.id, id, dependsOn })
  }
  return added
}

function brokenOff(thrown: unknown, { title }: ProposedTask, added: readonly AddedTask[]): LoopworkError {
  const { code, message, hint } = asFailure(thrown)
  const sofar =
    added.length === 0 ? 'nothing was added' : `added before: ${added.map(({ id }) => id).join(', ')}`
  return new LoopworkError(code, `"${title}" cannot be added (${sofar}): ${message}`, {
    ...(hint ? { hint } : {}),
    cause: thrown,
  })
}
