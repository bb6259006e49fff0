import type { ArgumentsCamelCase, Argv } from 'yargs'
import { addTask as addToBacklog } from '../../daemon/add-task.ts'
import { withDesk } from '../../daemon/with-desk.ts'
import { LoopworkError } from '../../errors.ts'
import { priority as priorities } from '../../events/shapes.ts'
import type { NewTask } from '../../ports/backlog.ts'
import type { Action, Surroundings } from '../command.ts'
import { openProject } from '../open-project.ts'
import { withApp } from '../open-store.ts'

export type AddOptions = {
  title?: string | undefined
  description?: string | undefined
  priority?: string | undefined
  feature?: string | undefined
  parent?: string | undefined
  dependsOn?: string[] | undefined
  id?: string | undefined
  json?: boolean
}

export function addOptions(yargs: Argv): Argv<AddOptions> {
  return yargs.options({
    title: { type: 'string', describe: 'add: what it is called' },
    description: { type: 'string', describe: 'add: what is to be done, in Markdown' },
    priority: { type: 'string', choices: ['high', 'medium', 'low', 'background'], describe: 'add: how soon' },
    feature: { type: 'string', describe: 'add: the feature it belongs to; list: only tasks of it' },
    parent: { type: 'string', describe: 'add: the task it is a part of' },
    'depends-on': { type: 'string', array: true, describe: 'add: tasks that must be completed before' },
    id: { type: 'string', describe: 'add: its id, instead of the next free one' },
  }) as unknown as Argv<AddOptions>
}

/** `task-new --title …`. */
export const taskNew: Action<AddOptions> = { options: addOptions, run: (...given) => addTask(...given) }

/** Adds a task to the backlog, and takes it into the log. */
export async function addTask(options: AddOptions, surroundings: Surroundings): Promise<number> {
  const wanted = newTaskOf(options)
  const project = await openProject(options as ArgumentsCamelCase<never>, surroundings)
  const { print } = surroundings
  const origin = surroundings.io.env.LOOPWORK_TASK_ID || null // set where an agent calls us
  const id = await withApp(project, surroundings.io, (app) =>
    withDesk(app, project.settings, origin === null ? 'cli' : 'agent', (user) =>
      addToBacklog(user, project.settings, wanted, origin),
    ),
  )
  if (options.json) print.json({ schema: 'loopwork/task-added@1', id, title: wanted.title })
  else print.line(`Added ${id}. Work it off with \`loopwork start\`.`)
  return 0
}

function newTaskOf({ title, description, feature, parent, dependsOn, id, priority }: AddOptions): NewTask {
  if (!title?.trim()) {
    throw new LoopworkError('invalid', 'a task needs a title', { hint: 'Add --title "What is to be done".' })
  }
  return {
    title: title.trim(),
    ...(id ? { id } : {}),
    ...(description ? { description } : {}),
    ...(priority ? { priority: priorities.parse(priority) } : {}),
    ...(feature ? { feature } : {}),
    ...(parent ? { parent } : {}),
    ...(dependsOn ? { dependsOn } : {}),
  }
}
